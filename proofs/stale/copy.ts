import { parse } from 'csv-parse/sync'
import type { Random } from '../../src/demo/random.ts'
import { ACCOUNT_FIELDS } from '../../src/directory/fields.ts'
import { UPLOAD_FORMAT } from '../../src/uploads/columns.ts'
import { SITES } from '../support/fresh-portal.ts'
import { shuffled } from '../support/shuffle.ts'
import { FIELDS, type Field, type Value } from './past.ts'

/** Somebody's copy of an export: its cells as they stand now, and as they were exported. `code` is the organisation's. */
export type Copy = { code: string; headings: string[]; rows: CopiedRow[] }

export type CopiedRow = { cells: string[]; exported: string[] }

/** What one column of a copy is called. */
export function headingOf(name: Field | 'id' | 'version'): string {
  return UPLOAD_FORMAT.columns.find((column) => column.name === name)?.heading ?? name
}

/** An export as somebody keeps it: all of it, or without some of its rows and one of its columns, in another order. */
export function copyOf(
  chance: Random,
  code: string,
  text: string,
  dropped: string = chance.pick([
    '',
    '',
    '',
    '',
    headingOf('id'),
    headingOf('localId'),
    headingOf('version'),
  ]),
): Copy {
  const [headings = [], ...rows] = cellsOf(text)
  const kept = headings.flatMap((heading, at) => (heading === dropped ? [] : [at]))
  const of = (cells: string[]) => kept.map((at) => cells[at] as string)
  const some = shuffled(chance, rows).filter(() => chance.percent(90))
  return {
    code,
    headings: of(headings),
    rows: some.map((cells) => ({ cells: of(cells), exported: of(cells) })),
  }
}

/** The same copy as it comes back with its results. */
export function withResults({ code, rows }: Copy, text: string): Copy {
  const [headings = [], ...cells] = cellsOf(text)
  return { code, headings, rows: rows.map((row, at) => ({ ...row, cells: cells[at] as string[] })) }
}

export function textOf({ headings, rows }: Copy): Buffer {
  const lines = [headings, ...rows.map(({ cells }) => cells)]
  return Buffer.from(lines.map((line) => line.map((cell) => `"${cell}"`).join(',')).join('\r\n'))
}

/** Somebody works on their copy: some cells are written anew, emptied, cleared, or written in other words. */
export function touch(chance: Random, { code, headings, rows }: Copy, fresh: () => string): void {
  for (const row of rows) {
    if (chance.percent(40)) continue
    for (const field of FIELDS) {
      const at = headings.indexOf(headingOf(field))
      if (at >= 0 && chance.percent(field === 'localId' ? 8 : 25))
        row.cells[at] = cellFor(chance, field, { code, cell: row.cells[at] as string, fresh })
    }
    const version = headings.indexOf(headingOf('version'))
    if (version >= 0 && chance.percent(8)) row.cells[version] = ''
    if (version >= 0 && chance.percent(8)) row.cells[version] = row.exported[version]?.concat('.0') ?? ''
  }
}

type Cell = { code: string; cell: string; fresh: () => string }

function cellFor(chance: Random, field: Field, { code, cell, fresh }: Cell): string {
  if (field === 'localId') return chance.pick([fresh(), fresh(), ''])
  if (chance.percent(10)) return ''
  if (field !== 'mobile' && chance.percent(15)) return '[clear]'
  if (chance.percent(15)) return inOtherWords(field, cell, code)
  return chance.pick(POOLS[field])
}

// A value says the same in other words: nobody has changed it.
function inOtherWords(field: Field, cell: string, code: string): string {
  const site = SITES.indexOf(cell)
  if (field === 'site') return site < 0 ? cell : `${code}${site + 1}`
  if (field === 'mobile') return cell.replace(/^'?\+44/, '0')
  if (field === 'hideMobile') return cell === 'Yes' ? 'true' : cell === 'No' ? '0' : cell
  return cell === '' ? cell : ` ${cell} `
}

/** Few values, so that people come to the same ones. */
export const POOLS: Record<Exclude<Field, 'localId'>, readonly string[]> = {
  title: ['Dr', 'Ms', 'Mx'],
  jobTitle: ['Nurse', 'Sister', 'Matron'],
  department: ['Ward 1', 'Ward 2', 'Estates'],
  site: ['Main Hospital', 'Riverside Clinic'],
  mobile: ['07700900101', '07700 900102', '+447700900103'],
  hideMobile: ['Yes', 'No'],
  telephone: ['0113 496 0101', '0113 496 0102'],
  description: ['On call', 'Part time\nMondays'],
}

/** What a cell stands for, by a reading of the proof's own: undefined where it says nothing. */
export function valueIn({ code }: Copy, field: Field, cell: string): Value | undefined {
  const text = cell.trim().replace(/^'(?=[-+=@])/, '')
  if (text === '') return undefined
  const isBoolean = ACCOUNT_FIELDS[field].kind === 'boolean'
  if (text === '[clear]') return isBoolean ? false : null
  if (isBoolean) return ['Yes', 'true', '1'].includes(text)
  if (field === 'mobile') return text.replaceAll(' ', '').replace(/^0/, '+44')
  if (field === 'site') return SITES.find((_, at) => text === `${code}${at + 1}`) ?? text
  return text
}

function cellsOf(text: string): string[][] {
  return parse(text, { bom: true, relax_column_count: true }) as string[][]
}
