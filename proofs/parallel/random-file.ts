import type { Random } from '../../src/demo/random.ts'
import { lastNameOf } from '../support/last-name.ts'
import { asWorkbook, type FileKind } from '../support/workbooks.ts'
import type { File, Mode } from './plan-file.ts'

const JOBS = ['Matron', 'Clerk', 'Porter', 'Surgeon']
const DEPARTMENTS = ['Records', 'Estates', 'Theatre']

/**
 * A file of which half the rows are about people that other files are about as well.
 * @param people.shared and `own`: local IDs that exist; `newShared` and `newOwn`: such as nobody has yet
 */
export function randomFile(
  chance: Random,
  mode: Mode,
  people: { shared: string[]; own: string[]; newShared: string[]; newOwn: string[] },
): File {
  const chosen = ['JobTitle', 'Department', 'Telephone'].filter(() => chance.percent(70))
  const optional = chosen.length > 0 ? chosen : ['JobTitle']
  const headings = mode === 'update' ? optional : ['FirstName', 'LastName', 'Mobile', ...optional]
  const localIds = [
    ...(mode === 'create' ? [] : [...people.shared, ...people.own]),
    ...(mode === 'update' ? [] : [...people.newShared, ...people.newOwn]),
  ]
  const rows = localIds.map((localId) => {
    const isNew = localId.startsWith('N')
    const cells = Object.fromEntries(
      headings.map((heading) => [heading, cellFor(chance, heading, localId, isNew, mode)]),
    )
    return { localId, cells }
  })
  return { mode, headings, rows }
}

/** A file as it is sent. */
export type SentAs = { kind: FileKind; body: string | Buffer }

/** The file as CSV or a workbook. @param blanks how many blank rows stand above each: they count as rows, and make it long */
export async function sentAs(kind: FileKind, { headings, rows }: File, blanks = 0): Promise<SentAs> {
  const blank = kind === 'csv' ? headings.map(() => '').concat('') : []
  const above = Array<string[]>(blanks).fill(blank)
  const below = rows.flatMap(({ localId, cells }) => [
    ...above,
    [localId, ...headings.map((name) => cells[name] as string)],
  ])
  const table = [['LocalID', ...headings], ...below]
  const body =
    kind === 'csv' ? table.map((cells) => cells.join(',')).join('\n') : await asWorkbook(kind, table)
  return { kind, body }
}

function cellFor(chance: Random, heading: string, localId: string, isNew: boolean, mode: Mode): string {
  const number = Number(localId.replace(/\D/g, ''))
  if (heading === 'FirstName') return isNew ? 'Kim' : ''
  // Few names, so that addresses clash; a file's own new people and those of others have the same ones. But mobiles and
  // telephones of their own, so that nobody is taken for somebody else.
  if (heading === 'LastName') return isNew ? lastNameOf(`new ${number % 20}`) : ''
  if (heading === 'Mobile') return isNew ? mobileOf('1', number) : ''
  if (chance.percent(15)) return ''
  if (mode === 'update' && chance.percent(10)) return '[clear]'
  if (heading === 'JobTitle') return chance.pick(JOBS)
  return heading === 'Department' ? chance.pick(DEPARTMENTS) : telephoneOf(chance, isNew, number)
}

/** A mobile of somebody's own. @param kind a digit, another one for other people of the same numbers */
export function mobileOf(kind: string, number: number): string {
  return `+4477${kind}${String(number).padStart(7, '0')}`
}

/** One of two that are nobody else's. */
function telephoneOf(chance: Random, isNew: boolean, number: number): string {
  return `0113 ${isNew ? '4' : '3'}${chance.pick(['96', '97'])} ${String(number).padStart(4, '0')}`
}
