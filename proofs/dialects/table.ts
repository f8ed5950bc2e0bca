/** A table as its sender has it before them: what any dialect of its file says. */
export type Table = { headings: string[]; records: string[][] }

const NAMES = ['Zoë', 'Siobhán', 'Omar', 'Jane', 'Łukasz', 'Ada', 'Priya', 'Tomasz', 'Chloé', 'Ben', 'Ifeoma']
const LAST = ['Okafor', 'O’Hara', 'Khan', 'Smith', 'Nowak', 'Byrne', 'Raman', 'Wilk', 'Öztürk', 'Lee', 'Eze']
const POSTS = ['Porter', 'Staff Nurse', 'Clerk, wards', 'Consultant', 'Driver; nights', 'Cook']
const NOTES = [
  'Leads the "Green" team',
  'Tuesdays, Thursdays',
  'First aider',
  'Ward 3\nWard 4',
  '6" trolleys',
  '',
]

const ROWS = 83

/** The columns that a file of staff has, with cells in which every separator, quote marks and line breaks stand. */
export function staffTable({ isPlain = false } = {}): Table {
  const at = (list: readonly string[], n: number) => list[n % list.length] as string
  return {
    headings: [
      'LocalID',
      'FirstName',
      'LastName',
      'JobTitle',
      'Department',
      'Telephone',
      'Mobile',
      'Description',
    ],
    records: Array.from({ length: ROWS }, (_, n) => [
      `00${10_200 + n * 7}`,
      isPlain ? `Ann` : at(NAMES, n),
      isPlain ? `Lee` : at(LAST, n * 3 + 1),
      isPlain ? 'Porter' : at(POSTS, n),
      at(['Estates', 'Wards', 'Theatres'], n),
      `01632 960${100 + n}`,
      `07700 900${100 + n}`,
      isPlain ? `Note ${n}` : at(NOTES, n),
    ]),
  }
}
