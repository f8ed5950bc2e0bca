import { refuseLong } from './refused.ts'
import { unescapeText } from './text-escapes.ts'
import type { XmlHandler } from './xml-scanner.ts'

/** What a text of a workbook (.xlsx) says, whose runs may each look different. */
export type RichText = Pick<XmlHandler, 'open' | 'text' | 'close'> & { begin(): void; end(): string }

/** What tells how to say a text (a phonetic run) isn’t of it. */
export function richText(): RichText {
  let text = ''
  let run: string | undefined
  let isKept = false
  let phonetics = 0
  return {
    begin() {
      text = ''
    },
    open(name, attribute) {
      if (name === 'rPh') phonetics++
      else if (name === 't' && phonetics === 0) {
        run = ''
        isKept = attribute('space') === 'preserve'
      }
      return undefined
    },
    text(given) {
      if (run === undefined) return
      refuseLong(text.length + run.length + given.length)
      run += given
    },
    close(name) {
      if (name === 'rPh') phonetics--
      else if (name === 't' && run !== undefined) {
        text += isKept ? run : withoutBlanksAround(run)
        run = undefined
      }
    },
    end: () => unescapeText(text),
  }
}

// No-break spaces and the like aren’t blanks of XML.
function withoutBlanksAround(run: string): string {
  let start = 0
  let end = run.length
  while (start < end && isBlank(run[start])) start++
  while (end > start && isBlank(run[end - 1])) end--
  return run.slice(start, end)
}

function isBlank(sign: string | undefined): boolean {
  return sign === ' ' || sign === '\n' || sign === '\t'
}
