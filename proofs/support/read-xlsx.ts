import { text } from 'node:stream/consumers'
import { SaxesParser } from 'saxes'
import { fromBufferPromise } from 'yauzl'

/** The rows of the first sheet of a workbook that Muster wrote, read with another parser than ours; row 1 is the first. */
export async function readXlsx(bytes: Buffer): Promise<string[][]> {
  const zip = await fromBufferPromise(bytes, { lazyEntries: true })
  for await (const entry of zip.eachEntry())
    if (entry.fileName === 'xl/worksheets/sheet1.xml')
      return rowsOf(await text(await zip.openReadStreamPromise(entry)))
  throw new Error('the workbook has no first sheet')
}

function rowsOf(xml: string): string[][] {
  const rows: string[][] = []
  const parser = new SaxesParser()
  let column = 0
  let isText = false
  parser.on('opentag', ({ name, attributes }) => {
    isText = name === 't'
    if (name === 'row') {
      while (rows.length < Number(attributes.r)) rows.push([])
    } else if (name === 'c') {
      column = columnOf(String(attributes.r))
      const cells = rows.at(-1) as string[]
      while (cells.length <= column) cells.push('')
    } else if (name === 'f' || name === 'v') throw new Error('a cell is not a text')
  })
  parser.on('text', (given) => {
    const cells = rows.at(-1)
    if (isText && cells) cells[column] += given
  })
  parser.on('closetag', ({ name }) => {
    isText = false
    const cells = rows.at(-1)
    if (name === 'c' && cells) cells[column] = unescaped(cells[column] as string)
  })
  parser.write(xml).close()
  return rows
}

/** Counted from 0. */
function columnOf(place: string): number {
  const letters = /^[A-Z]+/.exec(place)?.[0] ?? ''
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

function unescaped(cell: string): string {
  return cell.replace(/_x([0-9A-F]{4})_/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
}
