import type { Picture } from '../../reports/report.ts'

const COLUMN_WIDTH = 24
const GAP = 8
const HEIGHT = 120

type Part = { part: number; x: number; y: number; height: number }

/** Whether anything of it isn't zero. */
export function showsSomething(picture: Picture): boolean {
  const values =
    picture.kind === 'bars'
      ? picture.bars.map(({ value }) => value)
      : picture.columns.flatMap(({ values }) => values)
  return values.some((value) => value > 0)
}

/** A picture as the templates draw it: bars as they are, columns as the places of their parts. */
export function drawn(picture: Picture) {
  if (picture.kind === 'bars') return picture
  const sums = picture.columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0))
  const highest = Math.max(1, ...sums)
  return {
    ...picture,
    highest,
    width: Math.max(1, picture.columns.length) * (COLUMN_WIDTH + GAP),
    columnWidth: COLUMN_WIDTH,
    height: HEIGHT,
    first: picture.columns.at(0)?.label,
    last: picture.columns.at(-1)?.label,
    drawnParts: picture.columns.flatMap(({ values }, at) => partsOf(values, at, highest)),
  }
}

/** One upon the other, the first one lowest. */
function partsOf(values: readonly number[], column: number, highest: number): Part[] {
  let top = HEIGHT
  return values.flatMap((value, part) => {
    if (value === 0) return []
    const height = Math.round((10 * HEIGHT * value) / highest) / 10
    top -= height
    return [{ part, x: column * (COLUMN_WIDTH + GAP) + GAP / 2, y: Math.round(10 * top) / 10, height }]
  })
}
