import { NAMES } from '../src/demo/names.ts'

/** The columns of the bench's file: twelve, of the upload format. */
export const HEADINGS = [
  'LocalID',
  'Title',
  'FirstName',
  'LastName',
  'JobTitle',
  'Department',
  'Site',
  'Mobile',
  'HideMobile',
  'Telephone',
  'SecondaryEmail',
  'Description',
] as const

const TITLES = ['Dr', 'Mr', 'Mrs', 'Ms', 'Miss', '']
const JOBS = ['Staff Nurse', 'Consultant Cardiologist', 'Healthcare Assistant', 'Porter', 'Ward Clerk']
const DEPARTMENTS = [
  'Cardiology',
  'Emergency Department',
  'Estates and Facilities',
  'Pharmacy',
  'Outpatients',
]

export const BENCH_SITES = ['Main Hospital', 'Riverside Clinic', 'St Mary’s, North']

const FIRST_NAMES = NAMES.flatMap(({ women, men }) => [...women, ...men])
const LAST_NAMES = NAMES.flatMap(({ last }) => last)

/**
 * The cells of the n-th person, in the order of `HEADINGS`. Each round changes two of them, job title and department,
 * for everyone.
 */
export function personCells(n: number, round: number): string[] {
  const first = FIRST_NAMES[n % FIRST_NAMES.length] as string
  const last = LAST_NAMES[(n * 7) % LAST_NAMES.length] as string
  return [
    String(n).padStart(8, '0'),
    TITLES[n % TITLES.length] as string,
    first,
    last,
    `${JOBS[n % JOBS.length]} ${round + 1}`,
    `${DEPARTMENTS[(n + round) % DEPARTMENTS.length]}`,
    BENCH_SITES[n % BENCH_SITES.length] as string,
    `+4477009${String(n % 100_000).padStart(5, '0')}`,
    n % 2 === 0 ? 'Yes' : 'No',
    `0113 496 ${String(n % 10_000).padStart(4, '0')}`,
    `person${n}@example.org`,
    `Works on ${['Mondays', 'weekdays', 'night shifts'][n % 3]}; badge ${n}`,
  ]
}
