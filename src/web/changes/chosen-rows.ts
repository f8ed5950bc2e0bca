import { InvalidInput } from '../../errors.ts'
import { type Fields, field, fieldList } from '../form.ts'

/** As many as one undo takes by their numbers. */
const MOST_ROWS = 100_000

/** The rows that were ticked: those of the page that was sent, and those of other pages, which came along in short. */
export function chosenRows(body: Fields | undefined): number[] {
  const ticked = fieldList(body, 'rows').filter((text) => /^[1-9]\d{0,8}$/.test(text))
  const rows = new Set([...readRanges(field(body, 'chosen')), ...ticked.map(Number)])
  if (rows.size > MOST_ROWS) throw tooMany()
  return [...rows].sort((one, other) => one - other)
}

/** `2,5-9`, so that many rows that follow each other take little room. @param rows in their order */
export function inRanges(rows: readonly number[]): string {
  const ranges: [first: number, last: number][] = []
  for (const row of rows) {
    const range = ranges.at(-1)
    if (range && range[1] === row - 1) range[1] = row
    else ranges.push([row, row])
  }
  return ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(',')
}

/** Numbers and ranges as people type them, and as `inRanges` writes them. @throws InvalidInput for anything else */
function readRanges(text: string): number[] {
  const rows: number[] = []
  const words = text.replaceAll('–', '-').match(/-|[^-\s,;]+|[,;]/g) ?? []
  const parts = words
    .join(' ')
    .replaceAll(' - ', '-')
    .split(/[ ,;]+/)
  for (const part of parts.filter((each) => each !== '')) {
    const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? []
    if (first === undefined || Number(last) < Number(first)) throw noRows(part)
    for (let row = Number(first); row <= Number(last); row++) {
      rows.push(row)
      if (rows.length > MOST_ROWS) throw tooMany()
    }
  }
  return rows
}

function noRows(part: string): InvalidInput {
  return new InvalidInput(`“${part}” is no number of a row. Write numbers such as 3, 7-9.`, { field: 'rows' })
}

function tooMany(): InvalidInput {
  return new InvalidInput('Tick no more than 100,000 rows at once. Take back the others afterwards.', {
    field: 'rows',
  })
}
