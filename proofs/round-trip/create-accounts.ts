import type { Client } from 'pg'
import { decide } from '../../src/changes/decide.ts'
import type { Random } from '../../src/demo/random.ts'
import { PERSON_FIELDS, type PersonField } from '../../src/directory/fields.ts'
import { UPLOAD_FORMAT } from '../../src/uploads/columns.ts'
import { asWritten } from '../support/formula.ts'
import { columnOf } from '../support/random-directory.ts'
import { apply, check, type Sender } from '../support/take-upload.ts'
import { admittedValues } from '../support/values.ts'
import { asWorkbook, type FileKind } from '../support/workbooks.ts'

type Person = Record<PersonField, string | boolean | null>

/**
 * Makes accounts of values that stumble, by a file of new people such as somebody might write.
 * @returns how many values were then found in the table as they had been meant
 * @throws Error when a row was refused, or a value was not kept
 */
export async function createAccounts(
  sender: Sender,
  client: Client,
  random: Random,
  { count, kind }: { count: number; kind: FileKind },
): Promise<number> {
  const people = new Map(
    Array.from({ length: count }, (_, at) => {
      const person: Person = admittedValues(random)
      person.localId = `${person.localId}-${at}`
      person.mobile ??= '+447700900001' // a new account needs one
      return [person.localId, person] as const
    }),
  )
  const { upload, rows } = await check(sender, await fileOf([...people.values()], kind), 'create')
  const refused = rows.filter((row) => row.action === 'error').slice(0, 5)
  if (refused.length > 0 || upload.counts.rows !== count) {
    throw new Error(`${upload.status} ${JSON.stringify(upload.counts)}\n${JSON.stringify(refused, null, 1)}`)
  }
  await decide(sender.portal, sender.actor, upload.id, { all: 'create' })
  await apply(sender, upload)
  const made = await client.query<Record<string, string | boolean | null>>(
    'select account.* from account join organisation on organisation.id = organisation_id where code = $1',
    [sender.code],
  )
  if (made.rows.length !== count) throw new Error(`${made.rows.length} accounts made of ${count}`)
  let kept = 0
  for (const account of made.rows) {
    const person = people.get(account.local_id as string)
    for (const field of PERSON_FIELDS) {
      const is = account[columnOf(field)]
      if (is !== person?.[field])
        throw new Error(`${field}: ${JSON.stringify(is)}, meant ${JSON.stringify(person?.[field])}`)
      kept++
    }
  }
  return kept
}

async function fileOf(people: readonly Person[], kind: FileKind): Promise<Buffer> {
  const columns = UPLOAD_FORMAT.columns.filter(({ name }) => PERSON_FIELDS.some((field) => field === name))
  const lines = [
    columns.map(({ heading }) => heading),
    ...people.map((person) => columns.map(({ name }) => cellOf(person[name as PersonField]))),
  ]
  if (kind !== 'csv') return asWorkbook(kind, lines)
  return Buffer.from(lines.map((cells) => cells.map((cell) => quoted(asWritten(cell))).join(',')).join('\n'))
}

function cellOf(value: string | boolean | null): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return value ?? ''
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`
}
