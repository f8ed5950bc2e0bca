import { refuseLong } from './refused.ts'
import type { XmlHandler } from './xml-scanner.ts'

/** What the paragraphs of a cell say; undefined where it has none. */
export type OdsText = Pick<XmlHandler, 'open' | 'text' | 'close'> & {
  begin(): void
  /** How many elements are open in the cell. */
  depth(): number
  end(): string | undefined
}

/** What stands inside a paragraph and isn't of its text: pictures, notes, and how to say it. */
const NOT_TEXT =
  /^(?:annotation|note|ruby-text|frame|g|custom-shape|rect|line|polyline|polygon|path|circle|ellipse|connector|caption|measure|control|page-thumbnail|a-frame)$/

/** Told of all that stands inside a cell. What isn't in a paragraph right under it is passed over. */
export function odsText(): OdsText {
  let paragraphs: string[] = []
  let paragraph: string | undefined
  let length = 0
  let depth = 0
  let hiddenAt = 0 // the depth of what isn't text, where that is read
  return {
    begin() {
      paragraphs = []
      paragraph = undefined
      length = 0
      depth = 0
      hiddenAt = 0
    },
    open(name, attribute) {
      depth++
      if (hiddenAt > 0) return undefined
      if (depth === 1) {
        if (name === 'p' || name === 'h') paragraph = ''
        else hiddenAt = depth
      } else if (NOT_TEXT.test(name)) hiddenAt = depth
      else if (name === 's') addBlanks(Number(attribute('c') ?? 1) || 1)
      else if (name === 'tab') paragraph += '\t'
      else if (name === 'line-break') paragraph += '\n'
      return undefined
    },
    text(given) {
      if (hiddenAt > 0 || paragraph === undefined) return
      const plain = given.replace(/[ \t\n]+/g, ' ')
      length += plain.length
      refuseLong(length)
      paragraph += paragraph === '' ? plain.trimStart() : plain
    },
    close() {
      if (hiddenAt === depth) hiddenAt = 0
      depth--
      if (depth > 0 || paragraph === undefined) return
      paragraphs.push(paragraph)
      refuseLong(++length)
      paragraph = undefined
    },
    depth: () => depth,
    end: () => (paragraphs.length === 0 ? undefined : paragraphs.join('\n')),
  }

  function addBlanks(count: number): void {
    length += count
    refuseLong(length)
    paragraph += ' '.repeat(count)
  }
}
