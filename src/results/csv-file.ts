import { readAhead } from '../flow/read-ahead.ts'
import { yielder } from '../flow/yielding.ts'

/**
 * A file to download, whose delimiter is the comma unless it says so. `content` is read once, piece by piece; memory holds
 * one block of rows.
 */
export type FileToDownload = { filename: string; content: AsyncIterable<string>; delimiter?: string }

/** What is handed on at once, in UTF-16 units: a row of a few cells can come to be much longer than it was. */
export const PIECE_LENGTH = 64 * 1024

/** Blocks that PostgreSQL reads while one is written. */
const BLOCKS_AHEAD = 1

/** The lines of a file, block by block, in pieces that are handed on; with a turn for everybody else when it is due. */
export async function* inPieces<Block>(
  blocks: AsyncIterable<Block>,
  linesOf: (block: Block) => Iterable<string>,
): AsyncGenerator<string> {
  const breath = yielder()
  for await (const block of readAhead(blocks, BLOCKS_AHEAD)) {
    let text = ''
    for (const line of linesOf(block)) {
      text += line
      if (text.length >= PIECE_LENGTH) {
        yield text
        text = ''
      }
      const pause = breath()
      if (pause) await pause
    }
    if (text !== '') yield text
  }
}

/** `people.csv` and `results` become `people results.csv`. Only what every system takes in a file name is kept. */
export function csvName(name: string, what: string): string {
  const stem = name.replace(/\.[^.]*$/, '').replace(/[^\p{L}\p{N} ._()-]/gu, '_')
  return `${stem || 'upload'} ${what}.csv`
}
