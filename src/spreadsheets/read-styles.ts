import type { Archive } from './archive.ts'
import { BUILT_IN_FORMATS, numberFormat, type Show } from './number-format.ts'
import { readWhole } from './read-part.ts'
import { tooComplex } from './refused.ts'
import { showGeneral } from './show-number.ts'

/** How cells of each style show their numbers. */
export type Styles = (style: number) => Show

/** Excel itself has room for 64,000. */
const MOST_STYLES = 100_000

/** No code that a person or a program writes is longer. */
const MOST_CODE = 1_000

/** @param part of a workbook’s styles; without one every number is shown as it is */
export async function readStyles(
  archive: Archive,
  part: string | undefined,
  isFrom1904: boolean,
): Promise<Styles> {
  const codes = new Map<number, string>()
  const formats: number[] = []
  let isInside = false
  if (part !== undefined) {
    await readWhole(archive, part, {
      open(name, attribute) {
        if (name === 'cellXfs') isInside = true
        else if (name === 'numFmt') codes.set(Number(attribute('numFmtId')), attribute('formatCode') ?? '')
        else if (name === 'xf' && isInside) formats.push(Number(attribute('numFmtId') ?? 0))
        if (formats.length > MOST_STYLES || codes.size > MOST_STYLES) throw tooComplex('too many styles')
        return undefined
      },
      close(name) {
        if (name === 'cellXfs') isInside = false
      },
      text() {},
    })
  }
  const shows = new Map<number, Show>()
  return (style) => {
    const id = formats[style] ?? 0
    const known = shows.get(id)
    if (known) return known
    const code = codes.get(id) ?? BUILT_IN_FORMATS[id]
    const show = code === undefined || code.length > MOST_CODE ? showGeneral : numberFormat(code, isFrom1904)
    shows.set(id, show)
    return show
  }
}
