import type { Client } from 'pg'
import { shown } from '../../src/changes/values.ts'
import type { Upload, UploadRow } from '../../src/uploads/upload.ts'
import { type Copy, headingOf } from './copy.ts'
import { type Decided, type ExpectedRow, expectWritten } from './expect-plan.ts'
import { FIELDS, type Field, type Past, type Values } from './past.ts'

/** A plan is what the model says: each row's action and values, and a word on every cell, with names and values. */
export async function comparePlan(
  { client, past }: { client: Client; past: Past },
  copy: Copy,
  expected: readonly ExpectedRow[],
  upload: Upload,
  rows: readonly UploadRow[],
): Promise<string[]> {
  if (upload.status !== 'checked') return [`it is ${upload.status}: ${upload.reason?.message}`]
  const names = await readNames(client)
  const faults = expected.flatMap((wanted, at) => {
    const row = rows[at] as UploadRow
    const fields = Object.fromEntries(row.changes.map((change) => [change.field, change.new]))
    const same = (what: string, is: unknown, should: unknown) =>
      JSON.stringify(is) === JSON.stringify(should)
        ? []
        : [`row ${row.row}: ${what} is ${JSON.stringify(is)}, not ${JSON.stringify(should)}`]
    return [
      ...same('action', row.action, wanted.action),
      ...(wanted.action === 'error' ? [] : same('values', sorted(fields), sorted(wanted.writes))),
      ...(wanted.action === 'error' ? [] : compareWords(past, names, wanted, row)),
      ...(isUntouched(copy, at) && row.action !== 'unchanged' && row.action !== 'error'
        ? [`row ${row.row}: nobody has touched it, and it is ${row.action}`]
        : []),
    ]
  })
  const left = expected.reduce((sum, row) => sum + (row.action === 'error' ? 0 : row.left.length), 0)
  const told = upload.warnings.find(({ code }) => code === 'left-as-changed')?.count ?? 0
  return told === left || expected.some(({ action }) => action === 'error')
    ? faults
    : [...faults, `${told} cells are told as left, not ${left}`]
}

/** A conflict says who and all three values, what sets back says whose work that is; what is left is said. */
function compareWords(
  past: Past,
  names: ReadonlyMap<number, string>,
  { account, writes, conflicts, left, setsBack }: ExpectedRow,
  { row, problems }: UploadRow,
): string[] {
  const now = past.get(account as number)?.values as Values
  const wanted = new Map<string, string[]>([
    ...left.map((field): [string, string[]] => [`left-as-changed ${headingOf(field)}`, []]),
    ...[...conflicts].map(([field, { was, by }]): [string, string[]] => [
      `changed-by-others ${headingOf(field)}`,
      [names.get(by) as string, ...[was, now[field] ?? null, writes[field] ?? null].map(shown)],
    ]),
    ...[...setsBack].map(([field, by]): [string, string[]] => [
      `sets-back ${headingOf(field)}`,
      [names.get(by) as string, shown(now[field] ?? null), shown(writes[field] ?? null)],
    ]),
  ])
  const told = new Map(problems.map(({ code, column, message }) => [`${code} ${column}`, message]))
  const unsaid = [...wanted].flatMap(([key, words]) => {
    const message = told.get(key)
    if (message === undefined) return [`row ${row}: nothing is said of ${key}`]
    return words.every((word) => message.includes(word))
      ? []
      : [`row ${row}: ${message} lacks one of ${words}`]
  })
  const extra = [...told.keys()].filter((key) => CODES.test(key) && !wanted.has(key))
  return [...unsaid, ...extra.map((key) => `row ${row}: ${key} is said, and isn't so`)]
}

const CODES = /^(?:left-as-changed|changed-by-others|sets-back) /

/**
 * After the apply each account is as the model says; and apart from it, no cell that nobody has touched since its export
 * has changed anything.
 */
export function compareWritten(
  past: Past,
  copy: Copy,
  {
    expected,
    decided,
    planned,
    found,
  }: {
    expected: readonly ExpectedRow[]
    decided: ReadonlyMap<number, Decided>
    planned: ReadonlyMap<number, Values>
    found: ReadonlyMap<number, Values>
  },
): string[] {
  const should = new Map(found)
  for (const [at, row] of expected.entries()) {
    const id = row.account
    if (id === null) continue
    const states = { planned: planned.get(id) as Values, found: found.get(id) as Values }
    const written = expectWritten(row, decided.get(at + FIRST_ROW) ?? null, states)
    should.set(id, { ...states.found, ...written })
  }
  return [
    ...[...past].flatMap(([id, { values }]) =>
      FIELDS.filter((field) => values[field] !== should.get(id)?.[field]).map(
        (field) => `account ${id}: ${field} is ${values[field]}, not ${should.get(id)?.[field]}`,
      ),
    ),
    ...overwritten(past, copy, expected, found),
  ]
}

const FIRST_ROW = 2

function overwritten(
  past: Past,
  copy: Copy,
  expected: readonly ExpectedRow[],
  found: ReadonlyMap<number, Values>,
): string[] {
  return expected.flatMap(({ account }, at) => {
    if (account === null || !hasVersion(copy, at)) return []
    const [is, was] = [past.get(account)?.values, found.get(account)]
    const fields = FIELDS.filter((field) => isAsExported(copy, at, field) && is?.[field] !== was?.[field])
    return fields.map((field) => `account ${account}: an untouched cell has overwritten ${field}`)
  })
}

function isUntouched(copy: Copy, at: number): boolean {
  return hasVersion(copy, at) && FIELDS.every((field) => isAsExported(copy, at, field))
}

function hasVersion(copy: Copy, at: number): boolean {
  return (copy.rows[at]?.cells[copy.headings.indexOf(headingOf('version'))] ?? '') !== ''
}

function isAsExported({ headings, rows }: Copy, at: number, field: Field): boolean {
  const place = headings.indexOf(headingOf(field))
  return rows[at]?.cells[place] === rows[at]?.exported[place]
}

function sorted(values: Record<string, unknown>): [string, unknown][] {
  return Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1))
}

async function readNames(client: Client): Promise<Map<number, string>> {
  const { rows } = await client.query<{ id: number; name: string }>(
    'select id::integer, name from administrator',
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}
