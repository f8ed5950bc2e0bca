import type { Random } from '../../src/demo/random.ts'
import type { File, Mode } from './serial-model.ts'

const JOBS = ['Matron', 'Clerk', 'Porter', 'Surgeon']
const DEPARTMENTS = ['Records', 'Estates', 'Theatre']
const TELEPHONES = ['0113 496 0101', '0113 496 0102']

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

/** The file as text. @param blanks how many blank rows stand above each: they count as rows, and make it long */
export function csv({ headings, rows }: File, blanks = 0): string {
  const above = Array<string>(blanks).fill(','.repeat(headings.length))
  const lines = rows.flatMap(({ localId, cells }) => [
    ...above,
    [localId, ...headings.map((name) => cells[name])].join(','),
  ])
  return [['LocalID', ...headings].join(','), ...lines].join('\n')
}

function cellFor(chance: Random, heading: string, localId: string, isNew: boolean, mode: Mode): string {
  const number = Number(localId.replace(/\D/g, ''))
  if (heading === 'FirstName') return isNew ? 'Kim' : ''
  // Few names, so that addresses clash; a file's own new people and those of others have the same ones.
  if (heading === 'LastName') return isNew ? `New${letters(number % 20)}` : ''
  if (heading === 'Mobile') return isNew ? `+447700900${String(number % 1000).padStart(3, '0')}` : ''
  if (chance.percent(15)) return ''
  if (mode === 'update' && chance.percent(10)) return '[clear]'
  if (heading === 'JobTitle') return chance.pick(JOBS)
  return heading === 'Department' ? chance.pick(DEPARTMENTS) : chance.pick(TELEPHONES)
}

/** A number as letters, for a name. */
export function letters(n: number): string {
  return [...String(n)].map((digit) => String.fromCharCode(97 + Number(digit))).join('')
}
