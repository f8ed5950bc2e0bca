import { BYTE_ORDER_MARK, csvLines } from '../csv/write.ts'
import { foldKey, localPartFor } from '../directory/address-name.ts'
import { UPLOAD_FORMAT } from '../uploads/columns.ts'
import { NAMES } from './names.ts'
import { type Random, random } from './random.ts'
import type { DemoOrganisation, Department } from './trust.ts'

/** A made-up person as a row of an upload file: a cell for each column that they have something in. */
export type Person = Partial<Record<PersonColumn, string>> & {
  localId: string
  firstName: string
  lastName: string
  mobile: string
}

type PersonColumn = (typeof UPLOAD_FORMAT.columns)[number]['name']

/** An organisation's people: the same ones every time. */
export function peopleOf(organisation: DemoOrganisation): Person[] {
  const chance = random(Number.parseInt(organisation.code, 36))
  const taken = new Set<string>()
  const people: Person[] = []
  for (let n = 0; n < organisation.people; n++) {
    // The last ones come in a file of their own: nobody among them is to look like somebody who was there.
    if (n === organisation.people - organisation.newStarters)
      for (const one of people) taken.add(married(one))
    people.push(person(organisation, n, chance, taken))
  }
  return people
}

/** People who are new to the organisation, with local IDs of their own. */
export function newcomersTo(organisation: DemoOrganisation, count: number): Person[] {
  const chance = random(Number.parseInt(organisation.code, 36) + 1)
  const taken = new Set(
    peopleOf(organisation).flatMap((one) => [key(one), married(one), one.secondaryEmail ?? '']),
  )
  return Array.from({ length: count }, (_, n) => person(organisation, organisation.people + n, chance, taken))
}

/** The few who are not at work any more, or not just now. */
export function statusOf(n: number): 'Active' | 'Disabled' | 'Leaver' | 'Deleted' {
  if (n % 89 === 17) return 'Leaver'
  if (n % 140 === 33) return 'Disabled'
  return n % 700 === 350 ? 'Deleted' : 'Active'
}

/** People as a file to upload; columns in the order of the format, without those that nobody fills. */
export function peopleCsv(people: readonly Person[], columns: readonly PersonColumn[] = COLUMNS): string {
  const headings = columns.map(
    (name) => UPLOAD_FORMAT.columns.find((column) => column.name === name)?.heading ?? name,
  )
  return (
    BYTE_ORDER_MARK + csvLines([headings, ...people.map((one) => columns.map((name) => one[name] ?? ''))])
  )
}

const COLUMNS = UPLOAD_FORMAT.columns
  .filter((column) => column.offered === 'always')
  .map((column) => column.name)
  .filter((name) => name !== 'id' && name !== 'organisationCode')

function person(organisation: DemoOrganisation, n: number, chance: Random, taken: Set<string>): Person {
  const names = chance.weighted(NAMES)
  const isWoman = chance.percent(68) // as among the staff of hospitals
  const firstName = chance.pick(isWoman ? names.women : names.men)
  const lastName = chance.pick((chance.percent(8) ? chance.weighted(NAMES) : names).last)
  const department = chance.weighted(organisation.departments)
  const job = chance.weighted(department.jobs)
  const place = placeOf(department, chance)
  return filled({
    localId: organisation.localId(n),
    title: titleOf(job, isWoman, chance),
    firstName,
    middleName: middleNameOf(firstName, isWoman ? names.women : names.men, chance),
    lastName,
    jobTitle: job.title,
    department: chance.percent(96) ? department.name : '',
    ...place,
    mobile: mobileOf({ firstName, lastName }, chance, taken),
    hideMobile: chance.percent(8) ? 'Yes' : '',
    telephone: telephoneOf(chance),
    secondaryEmail: chance.percent(12) ? secondaryEmailOf(firstName, lastName, chance, taken) : '',
    description: chance.percent(4) ? chance.pick(DESCRIPTIONS) : '',
    hideFromDirectory: chance.percent(2) ? 'Yes' : '',
  })
}

function middleNameOf(firstName: string, names: readonly string[], chance: Random): string {
  const name = chance.percent(14) ? chance.pick(names) : ''
  return name === firstName ? '' : name
}

function placeOf(department: Department, chance: Random): { site: string; organisationalUnit: string } {
  const [main, ...others] = department.sites as [string, ...string[]]
  const site = others.length > 0 && chance.percent(30) ? chance.pick(others) : main
  return { site, organisationalUnit: department.unit }
}

function titleOf(job: Department['jobs'][number], isWoman: boolean, chance: Random): string {
  if (job.doctor) return chance.percent(6) && job.title.startsWith('Consultant') ? 'Prof' : 'Dr'
  if (chance.percent(15)) return ''
  if (chance.percent(1.5)) return 'Mx'
  if (!isWoman) return 'Mr'
  return job.surgeon ? 'Ms' : chance.pick(['Ms', 'Ms', 'Mrs', 'Mrs', 'Miss'])
}

// Ofcom keeps 07700 900000 to 900999 for fiction: a thousand numbers, so people share them, but nobody of one name.
function mobileOf(names: Pick<Person, 'firstName' | 'lastName'>, chance: Random, taken: Set<string>): string {
  for (;;) {
    const mobile = `07700 900${String(chance.between(0, 999)).padStart(3, '0')}`
    if (taken.has(key({ ...names, mobile })) || taken.has(married({ ...names, mobile }))) continue
    taken.add(key({ ...names, mobile }))
    return mobile
  }
}

// People of one name and mobile would be taken for one person.
function key({ firstName, lastName, mobile }: Pick<Person, 'firstName' | 'lastName' | 'mobile'>): string {
  return `${foldKey(firstName)} ${foldKey(lastName)} ${mobile}`
}

// So would a newcomer of somebody's first name and mobile, who may have married.
function married({ firstName, mobile }: Pick<Person, 'firstName' | 'mobile'>): string {
  return `${foldKey(firstName)} ${mobile}`
}

// Ofcom keeps 01632 960000 to 960999 for fiction too.
function telephoneOf(chance: Random): string {
  if (chance.percent(45)) return ''
  const number = `01632 960${String(chance.between(0, 999)).padStart(3, '0')}`
  return chance.percent(40) ? `${number} ext ${chance.between(2000, 5999)}` : number
}

function secondaryEmailOf(firstName: string, lastName: string, chance: Random, taken: Set<string>): string {
  const local = localPartFor(firstName, lastName, 0)
  for (let n = 1; ; n++) {
    const email = `${local}${n === 1 ? '' : n}@${chance.pick(['example.org', 'example.com', 'example.net'])}`
    if (taken.has(email)) continue
    taken.add(email)
    return email
  }
}

const DESCRIPTIONS = [
  'First aider',
  'Freedom to Speak Up guardian',
  'Works Monday to Wednesday',
  'Infection prevention link nurse',
  'Fire warden for the ground floor',
  'On secondment until March; please contact the team leader',
  'Speaks Polish, Urdu and British Sign Language',
  'Bank staff: call the ward first, "bleep 2143" at night',
]

function filled(person: Person): Person {
  return Object.fromEntries(Object.entries(person).filter(([, cell]) => cell !== '')) as Person
}
