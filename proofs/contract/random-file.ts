import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import type { Mode } from '../../src/changes/plan/wanted.ts'
import type { Random } from '../../src/demo/random.ts'
import { PERSON_FIELDS, type PersonField } from '../../src/directory/fields.ts'
import { shuffled } from '../support/shuffle.ts'
import { cellFor } from '../support/values.ts'
import type { FileKind } from '../support/workbooks.ts'

/** Whom the file may be about. */
export type KnownAccount = { id: number; localId: string | null; values: Record<string, unknown> }

export type RandomFile = {
  mode: Mode
  kind: FileKind
  bytes: Buffer
  delimiter: string
  /** The heading row and the rows below, as they stand in the file; blank rows too. */
  headings: string[]
  rows: string[][]
  /** Where passwords stand, and where our own result columns do. */
  passwords: number[]
  results: number[]
  /** Empty lines above the heading row. */
  blankAbove: number
}

const HEADINGS: Record<PersonField | 'id' | 'organisationCode', string[]> = {
  id: ['ID', 'id', ' I D '],
  localId: ['LocalID', 'Local ID', 'local_id', 'ExternalSyncID', 'EXTERNAL SYNC ID'],
  title: ['Title'],
  firstName: ['FirstName', 'First Name', 'first_name'],
  middleName: ['MiddleName'],
  lastName: ['LastName', 'LASTNAME'],
  knownAs: ['KnownAs', 'Known as'],
  jobTitle: ['JobTitle', 'Job Title', 'job-title'],
  department: ['Department'],
  organisationCode: ['OrganisationCode'],
  site: ['Site'],
  organisationalUnit: ['OrganisationalUnit'],
  mobile: ['Mobile', 'mobile'],
  hideMobile: ['HideMobile'],
  telephone: ['Telephone'],
  secondaryEmail: ['SecondaryEmail', 'Secondary Email'],
  description: ['Description'],
  hideFromDirectory: ['HideFromDirectory'],
  startsOn: ['StartsOn', 'Start date'],
}

const RESULT_WORDS = ['Result', 'ResultDetail', 'AccountID', 'EmailAddress']

type Column = PersonField | 'id' | 'organisationCode' | 'unknown' | 'password' | 'result'

/** A file as somebody's spreadsheet might have saved it, about these accounts and some that don't exist. */
export function randomFile(
  random: Random,
  accounts: readonly KnownAccount[],
  organisationCode: string,
): RandomFile {
  const mode = random.pick(['update', 'update', 'create', 'both'] as const)
  const columns = pickColumns(random, mode)
  let resultsSoFar = 0
  const headings = columns.map((column) => {
    if (column === 'unknown') return random.pick(['Notes', 'Payroll group', '', 'Ünknown', '=Sum'])
    if (column === 'password') return random.pick(['Password', 'Initial password', 'pwd'])
    if (column === 'result') return RESULT_WORDS[resultsSoFar++] as string
    return random.pick(HEADINGS[column])
  })
  const unmentioned = shuffled(random, accounts)
  const rows = Array.from({ length: random.between(1, mode === 'update' ? accounts.length + 2 : 25) }, () =>
    randomRow(random, columns, unmentioned, organisationCode, mode),
  )
  if (rows.length > 2 && random.percent(20)) rows.push([...(random.pick(rows) as string[])])
  const layout = {
    delimiter: random.pick([',', ',', ';', '\t', '|']),
    lineEnd: random.pick(['\r\n', '\r\n', '\n', '\r']),
    blankAbove: random.percent(10) ? random.between(1, 2) : 0,
    quoteAll: random.percent(30),
    lastLineEnds: random.percent(80) || rows.at(-1)?.length === 1,
  }
  return {
    mode,
    kind: 'csv',
    ...encode(random, { headings, rows }, layout),
    delimiter: layout.delimiter,
    blankAbove: layout.blankAbove,
    passwords: places(columns, 'password'),
    results: places(columns, 'result'),
  }
}

function pickColumns(random: Random, mode: Mode): Column[] {
  const columns = new Set<Column>()
  if (mode !== 'update') for (const needed of NEEDED) columns.add(needed)
  else if (random.percent(75)) columns.add('localId')
  if (columns.size === 0 || random.percent(40)) columns.add('id')
  while (columns.size < 3 || random.percent(75)) columns.add(random.pick(PERSON_FIELDS))
  if (random.percent(15)) columns.add('organisationCode')
  const others: Column[] = random.percent(30) ? ['unknown'] : []
  if (random.percent(25)) others.push('password')
  const results: Column[] = random.percent(15) ? ['result', 'result', 'result', 'result'] : []
  return [...shuffled(random, [...columns, ...others]), ...results]
}

const NEEDED = ['localId', 'firstName', 'lastName', 'mobile'] as const

function randomRow(
  random: Random,
  columns: readonly Column[],
  unmentioned: KnownAccount[],
  organisationCode: string,
  mode: Mode,
): string[] {
  if (random.percent(6)) return blankRow(random, columns.length)
  const account = (random.percent(mode === 'update' ? 95 : 50) && unmentioned.pop()) || null
  // Somebody known under another local ID: a possible duplicate.
  const copied = account !== null && random.percent(15)
  const cells = columns.map((column): string => {
    if (column === 'unknown') return random.pick(['', 'kept', '=kept', ' kept '])
    if (column === 'password') return random.pick(['', 'hunter2', 'hunter2,hunter3'])
    if (column === 'result') return random.pick(['', 'Updated', 'Failed'])
    if (column === 'organisationCode') return random.percent(3) ? 'XX9' : random.pick(['', organisationCode])
    if (column === 'id') return idCell(random, copied ? null : account)
    if (column === 'localId') return localIdCell(random, copied ? null : account, columns.includes('id'))
    const value = account?.values[column]
    if (typeof value === 'string' && (copied || random.percent(40))) return value
    if (column === 'organisationalUnit' && account && random.percent(90)) return ''
    return cellFor(random, column, account === null && NEEDED.some((needed) => needed === column))
  })
  return ragged(random, cells)
}

function idCell(random: Random, account: KnownAccount | null): string {
  if (account === null) return random.percent(92) ? '' : random.pick(['999999999', 'abc', '12.0', '0'])
  return random.percent(80) ? String(account.id) : ''
}

function localIdCell(random: Random, account: KnownAccount | null, hasId: boolean): string {
  const known = account?.localId ?? null
  if (known === null || random.percent(hasId ? 15 : 3)) return cellFor(random, 'localId', account === null)
  if (random.percent(3)) return known.replace(/^0+/, '') || known
  return random.percent(10) ? known.toUpperCase() : known
}

function blankRow(random: Random, width: number): string[] {
  return random.percent(50) ? [''] : Array<string>(random.between(2, width + 1)).fill(random.pick(['', ' ']))
}

function ragged(random: Random, cells: string[]): string[] {
  if (random.percent(3)) return cells.slice(0, random.between(1, cells.length))
  if (random.percent(3)) return [...cells, random.pick(['', '', 'too much'])]
  return cells
}

function places(columns: readonly Column[], wanted: Column): number[] {
  return columns.flatMap((column, at) => (column === wanted ? [at] : []))
}

type Layout = {
  delimiter: string
  lineEnd: string
  blankAbove: number
  quoteAll: boolean
  lastLineEnds: boolean
}

function encode(
  random: Random,
  { headings, rows }: { headings: string[]; rows: string[][] },
  layout: Layout,
): { bytes: Buffer; headings: string[]; rows: string[][] } {
  const encoding = random.pick(['utf8', 'utf8', 'utf8-bom', 'utf16le', 'utf16be', 'win1252'])
  if (encoding === 'win1252') {
    const plain = [headings, ...rows].map((cells) => cells.map(inWindows1252))
    const bytes = iconv.encode(textOf(plain, layout), 'win1252')
    // Bytes that happen to be UTF-8 as well can't be told apart.
    if (!isUtf8(bytes)) return { bytes, headings: plain[0] as string[], rows: plain.slice(1) }
  }
  const text = textOf([headings, ...rows], layout)
  const bytes = iconv.encode(
    text,
    encoding === 'utf16be' ? 'utf16be' : encoding === 'utf16le' ? 'utf16le' : 'utf8',
    {
      addBOM: encoding !== 'utf8' && encoding !== 'win1252',
    },
  )
  return { bytes, headings, rows }
}

function inWindows1252(cell: string): string {
  return Array.from(cell, (one) =>
    iconv.decode(iconv.encode(one, 'win1252'), 'win1252') === one ? one : 'x',
  ).join('')
}

function textOf(records: readonly string[][], layout: Layout): string {
  const lines = records.map((cells) => cells.map((cell) => quoted(cell, layout)).join(layout.delimiter))
  const text = layout.lineEnd.repeat(layout.blankAbove) + lines.join(layout.lineEnd)
  return layout.lastLineEnds ? text + layout.lineEnd : text
}

function quoted(cell: string, { quoteAll }: Layout): string {
  const must = /["\r\n,;\t|]|^\s|\s$/.test(cell)
  return must || (quoteAll && cell !== '') ? `"${cell.replaceAll('"', '""')}"` : cell
}
