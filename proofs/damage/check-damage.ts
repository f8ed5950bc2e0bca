import { acceptRepairs } from '../../src/changes/decide.ts'
import { findAgreement } from '../../src/changes/find-agreement.ts'
import { type Random, random } from '../../src/demo/random.ts'
import type { PersonField } from '../../src/directory/fields.ts'
import { tidyText } from '../../src/directory/tidy-text.ts'
import type { UploadRow } from '../../src/uploads/upload.ts'
import { allRows, check, type Sender } from '../support/take-upload.ts'
import { DAMAGES, type Damage } from './damages.ts'
import { fileOf, type Person } from './people.ts'

const ROWS = 24

/** Every kind of damage in every field where it can stand. */
const CASES = DAMAGES.flatMap(({ name, fields, damage }) => fields.map((field) => ({ name, field, damage })))

export type Known = { people: readonly Person[]; ids: ReadonlyMap<string, number> }

/**
 * One file with one kind of damage in one field, and an honest change beside it in every third row.
 * @throws Error where damage would be stored without a word, or a repair has another value than the account, and where a
 * row without damage is told to have some
 */
export async function checkDamaged(
  sender: Sender,
  { people, ids }: Known,
  seed: number,
): Promise<Record<string, number>> {
  const chance = random(seed)
  const one = CASES[seed % CASES.length] as (typeof CASES)[number]
  const damaged = rowsOf(chance, people, one)
  if (damaged.every(({ text }) => text === undefined)) return { 'kinds that nothing here can have': 1 }
  const byId = one.field === 'localId' ? chance.percent(50) : chance.percent(20)
  const other: PersonField = one.field === 'department' ? 'jobTitle' : 'department'
  const fields: PersonField[] = [...new Set<PersonField>(['localId', one.field, other])]
  const rows = damaged.map(({ person, text, isEdited }) => ({
    ...{ localId: person.localId, [one.field]: person[one.field] },
    ...(isEdited && { [other]: 'Records' }),
    ...(text !== undefined && { [one.field]: text }),
  }))
  const used = byId ? damaged.map(({ person }) => ids.get(person.localId) as number) : undefined
  const { upload, rows: planned } = await check(sender, fileOf(rows, fields, used), 'update')
  if (upload.status !== 'checked') throw new Error(`${one.name}: ${upload.status} ${upload.reason?.message}`)
  let spotted = 0
  for (const [at, { person, text }] of damaged.entries()) {
    const row = planned[at] as UploadRow
    if (text === undefined) {
      const told = row.problems.find(({ severity }) => severity === 'error')
      if (told) fail(one, person, person[one.field], row)
    } else if (isSpotted(row, one.field)) spotted++
    else fail(one, person, text, row)
  }
  for (const kind of Object.keys(upload.counts.repairs))
    await acceptRepairs(sender.portal, sender.actor, upload.id, { kind, accept: true })
  let repaired = 0
  for (const [at, row] of (await allRows(sender, upload.id)).entries()) {
    const { person, text } = damaged[at] as (typeof damaged)[number]
    if (text === undefined || !row.problems.some(({ code }) => code === 'repaired')) continue
    const isWrong =
      row.changes.some(({ field }) => field === one.field) || row.accountId !== ids.get(person.localId)
    if (isWrong) fail(one, person, text, row)
    repaired++
  }
  const texts = damaged.filter(({ text }) => text !== undefined).length
  return {
    files: 1,
    'damaged cells': texts,
    spotted,
    repaired,
    'repaired wrongly': 0,
    'stored without a word': 0,
  }
}

function rowsOf(
  chance: Random,
  people: readonly Person[],
  { field, damage }: { field: PersonField; damage: Damage['damage'] },
) {
  const able = people.filter((person) => person[field] && damage(person[field]) !== undefined)
  const begin = chance.between(0, Math.max(0, able.length - ROWS))
  const chosen = [
    ...able.slice(begin, begin + ROWS),
    ...people.filter((person) => !able.includes(person)).slice(0, 6),
  ]
  return chosen.map((person, at) => {
    const value = person[field]
    const text = at % 5 === 4 || !value ? undefined : damage(value)
    return {
      person,
      text: text !== undefined && tidyText(text) === value ? undefined : text,
      isEdited: at % 3 === 0,
    }
  })
}

/** An error, a word on it, or nothing that would be written to the field. */
function isSpotted(row: UploadRow, field: PersonField): boolean {
  const isWritten = row.action === 'update' && row.changes.some((change) => change.field === field)
  return !isWritten || row.problems.length > 0
}

function fail(
  { name, field }: { name: string; field: string },
  person: Person,
  text: string | undefined,
  row: UploadRow,
): never {
  throw new Error(
    `${name} in ${field}: ${JSON.stringify(person[field as PersonField])} as ${JSON.stringify(text)}\n${JSON.stringify(row)}`,
  )
}

const CHANGES: readonly [PersonField, (person: Person, at: number) => string][] = [
  [
    'jobTitle',
    (_, at) => ['Matron', 'Senior porter', 'Ward clerk', 'Team leader (nights)'][at % 4] as string,
  ],
  ['department', (_, at) => ['Records', 'Theatre 2', 'Women’s health'][at % 3] as string],
  ['telephone', (_, at) => `01632 960${String(at % 1000).padStart(3, '0')}`],
  ['mobile', (_, at) => `07700 ${String(950_000 + at)}`],
  ['description', () => 'Works Tuesdays and Thursdays; first aider'],
  ['lastName', ({ lastName }) => `${lastName}-Hartley`],
  ['site', () => 'Riverside Clinic'],
]

/** Of a hundred people, so many have another last name since the file before. */
const MARRIED = 5

/** A file as people send them: some columns, some changes; or one column, every row of it another. @throws Error at any callout */
export async function checkOrdinary(
  sender: Sender,
  { people }: Known,
  seed: number,
): Promise<Record<string, number>> {
  const chance = random(seed)
  const rows = chance.between(12, 60)
  const begin = chance.between(0, people.length - rows)
  const changes = CHANGES.filter(() => chance.percent(35))
  const [first] = changes.length > 0 ? changes : [CHANGES[seed % CHANGES.length]]
  const chosen = changes.length > 0 ? changes : [first as (typeof CHANGES)[number]]
  const share = chance.pick([100, 100, 30, 5])
  const kept: PersonField[] = chance.percent(50) ? ['firstName', 'lastName', 'jobTitle'] : []
  const fields = [...new Set<PersonField>(['localId', ...kept, ...chosen.map(([field]) => field)])]
  const lines = people.slice(begin, begin + rows).map((person, at) => {
    const changed = chosen.flatMap(([field, change]) =>
      chance.percent(field === 'lastName' ? Math.min(share, MARRIED) : share)
        ? [[field, change(person, begin + at)]]
        : [],
    )
    return {
      ...Object.fromEntries(fields.map((field) => [field, person[field]])),
      ...Object.fromEntries(changed),
    }
  })
  const { upload } = await check(sender, fileOf(lines, fields), 'update')
  const { warnings, counts } = upload
  if (
    upload.status !== 'checked' ||
    warnings.length > 0 ||
    counts.error > 0 ||
    Object.keys(counts.repairs).length > 0
  )
    throw new Error(`an ordinary file: ${JSON.stringify([upload.status, warnings, counts])}`)
  const { needs } = await findAgreement(sender.portal, sender.actor, upload.id)
  if (needs.length > 0) throw new Error(`an ordinary file is held: ${JSON.stringify(needs)}`)
  return { 'ordinary files': 1, callouts: 0, held: 0 }
}
