import { csvLines } from '../../src/csv/write.ts'
import type { Random } from '../../src/demo/random.ts'
import type { PersonField } from '../../src/directory/fields.ts'
import { UPLOAD_FORMAT } from '../../src/uploads/columns.ts'
import { apply, check, type Sender } from '../support/take-upload.ts'

/** A person of the proof's directory: a value for every field that damage is done to. */
export type Person = Partial<Record<PersonField, string>> & { localId: string }

const FIRST = ['Siobhán', 'Zoë', 'Łukasz', 'Françoise', 'José', 'Ann', 'Omar', 'Núria', 'Chloë', 'Jürgen']
const LAST = [
  'O’Sullivan',
  'Muñoz',
  'Schröder',
  'Smith',
  'García-Peña',
  'Brontë',
  'O’Hara',
  'Nuñez',
  'Müller',
  'Doré',
]
const JOBS = [
  'Café manager',
  'Porter',
  'Staff nurse – nights',
  'Health & safety lead',
  'Maître d’hôtel',
  '1-2',
  'MAR1',
  '3/2024',
]
const DEPARTMENTS = [
  'Trauma & Orthopaedics',
  'Café',
  'Estates',
  'Ear, nose & throat',
  '1-2',
  'Maternité',
  'Résidence 4',
  'SEP12',
]
const TELEPHONES = ['01632960317', '+441632960318', '01632 960 319', '02079460320']
const DESCRIPTIONS = ['Covers Léon & Zoë’s clinic', 'Back on Monday', '1-2', 'Façade team – first floor']

/** Local IDs as organisations have them; those that spreadsheets change among them. */
function localIdOf(chance: Random, at: number): string {
  const number = 10_000 + at * 7
  switch (at % 6) {
    case 0:
      return `000${number}`
    case 1:
      return `${number}`
    case 2:
      return `AG-${number}`
    case 3:
      return `4${String(chance.between(10_000, 99_999))}${String(number).padStart(7, '0')}`
    case 4:
      return at < 70 ? `${(at % 12) + 1}-${(at % 28) + 1}` : `E${number}`
    default:
      return `0${number}`
  }
}

/** Makes the people by a file, all the way. */
export async function makePeople(sender: Sender, chance: Random, count: number): Promise<Person[]> {
  const taken = new Set<string>()
  const people = Array.from({ length: count }, (_, at): Person => {
    let localId = localIdOf(chance, at)
    if (taken.has(localId)) localId = `Z${at}`
    taken.add(localId)
    return {
      localId,
      firstName: chance.pick(FIRST),
      lastName: `${chance.pick(LAST)}-${lettersOf(at)}`,
      jobTitle: chance.pick(JOBS),
      department: chance.pick(DEPARTMENTS),
      mobile: `+447700${String(900_000 + at)}`,
      telephone: chance.pick(TELEPHONES),
      description: chance.pick(DESCRIPTIONS),
      site: 'St Mary’s, North',
    }
  })
  const { upload } = await check(sender, fileOf(people, [...FIELDS]), 'create')
  if (upload.counts.create !== count) throw new Error(JSON.stringify([upload.reason, upload.counts]))
  await apply(sender, upload)
  return people
}

export const FIELDS = [
  ...(['localId', 'firstName', 'lastName', 'jobTitle', 'department'] as const),
  ...(['site', 'mobile', 'telephone', 'description'] as const),
]

/** A file of these columns, in UTF-8. @param more cells before them, as of IDs */
export function fileOf(
  rows: readonly Partial<Record<PersonField, string>>[],
  fields: readonly PersonField[],
  ids?: readonly number[],
): Buffer {
  const headings = fields.map(
    (field) => UPLOAD_FORMAT.columns.find(({ name }) => name === field)?.heading as string,
  )
  const lines = rows.map((row, at) => [
    ...(ids ? [String(ids[at])] : []),
    ...fields.map((field) => row[field] ?? ''),
  ])
  return Buffer.from(csvLines([[...(ids ? ['ID'] : []), ...headings], ...lines]))
}

/** Names may hold no digits. */
function lettersOf(at: number): string {
  return `K${String(at).replace(/\d/g, (digit) => String.fromCharCode(97 + Number(digit)))}`
}
