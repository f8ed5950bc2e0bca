import { damaged, tooComplex } from './refused.ts'

/** What stands in a start tag beside its name. */
export type Attributes = (name: string) => string | undefined

/** Told of what is read, in its order. Names come without their prefix. */
export type XmlHandler = {
  /** `skip` passes over what is inside up to the next end tag of the name: of neither is the handler told then. */
  open(name: string, attributes: Attributes): 'skip' | undefined
  close(name: string): void
  /** A run of text, perhaps one of several. */
  text(text: string): void
}

const MOST_DEPTH = 256

/** Of one tag, comment or run of text. A cell of Excel’s has at most 32,767 characters. */
const MOST_LENGTH = 2 * 1024 * 1024

/**
 * Reads XML that arrives in pieces. What the files of spreadsheets hold is all that it knows: elements, text, CDATA; it
 * passes over comments and processing instructions, and refuses document types, so that there are no entities but those
 * of XML itself. It holds one tag or one run of text. A parser for all of XML (saxes) took five times as long for a sheet.
 * @throws SpreadsheetRefused for XML that isn't well formed, or has what no spreadsheet writes
 */
export function xmlScanner(handler: XmlHandler): { push(text: string): void; end(): void } {
  const openNames: string[] = []
  let pending = ''
  let hasBegun = false
  let skippedTo: string | undefined // the end tag up to which all is passed over
  let isSkipped = false // what that end tag ends
  // Of the tag that is read: the names of its attributes, and their values as they stand.
  const names: string[] = []
  const values: string[] = []

  return {
    push(piece) {
      if (NO_XML.test(piece)) throw damaged('a character that XML has not')
      const text = pending + piece
      const done = scan(text)
      pending = text.slice(done)
      if (pending.length > MOST_LENGTH) throw tooComplex('a tag or a text without end')
    },
    end() {
      if (openNames.length > 0 || !hasBegun || pending.trim() !== '') throw damaged('the XML ends too early')
    },
  }

  /** Returns how far it came. */
  function scan(text: string): number {
    let at = 0
    while (at < text.length) {
      if (skippedTo !== undefined) {
        const end = text.indexOf(skippedTo, at)
        if (end < 0) return Math.max(at, text.length - skippedTo.length)
        skippedTo = undefined
        isSkipped = true
        at = end
      }
      const tag = text.indexOf('<', at)
      if (tag < 0) return at
      if (tag > at) giveText(text, at, tag)
      const next = readMarkup(text, tag)
      if (next < 0) return tag
      at = next
    }
    return at
  }

  function giveText(text: string, from: number, to: number): void {
    const given = text.slice(from, to)
    if (openNames.length > 0) handler.text(decoded(given))
    else if (given.trim() !== '' && given !== '\ufeff') throw damaged('text outside of all elements')
  }

  /** Returns where the markup ends, or less than 0 where the text ends before it does. */
  function readMarkup(text: string, start: number): number {
    const code = text.charCodeAt(start + 1)
    if (Number.isNaN(code)) return -1
    if (code === SLASH) return readEndTag(text, start)
    if (code === QUESTION) return endOf(text, '?>', start)
    if (code === EXCLAMATION) return readDeclaration(text, start)
    return readStartTag(text, start)
  }

  function readEndTag(text: string, start: number): number {
    const end = text.indexOf('>', start)
    if (end < 0) return -1
    const name = text.slice(start + 2, end).trimEnd()
    if (openNames.pop() !== name) throw damaged('an end tag without its start')
    if (!isSkipped) handler.close(localName(name))
    isSkipped = false
    return end + 1
  }

  function readDeclaration(text: string, start: number): number {
    if (text.startsWith('<!--', start)) return endOf(text, '-->', start + 4)
    if (text.startsWith('<![CDATA[', start)) {
      const end = text.indexOf(']]>', start)
      if (end < 0) return -1
      if (openNames.length > 0) handler.text(text.slice(start + 9, end))
      return end + 3
    }
    if (text.length - start < 9) return -1
    throw damaged('a document type, or what else begins with <!')
  }

  function readStartTag(text: string, start: number): number {
    let at = start + 1
    while (isNameCode(text.charCodeAt(at))) at++
    const name = text.slice(start + 1, at)
    names.length = 0
    values.length = 0
    for (;;) {
      at = skipBlanks(text, at)
      const code = text.charCodeAt(at)
      if (Number.isNaN(code)) return -1
      if (code === GREATER) break
      if (code === SLASH) {
        if (at + 1 === text.length) return -1
        if (text.charCodeAt(at + 1) !== GREATER) throw damaged('a / inside a tag')
        break
      }
      at = readAttribute(text, at)
      if (at < 0) return -1
    }
    if (name === '') throw damaged('a tag without a name')
    const isEmpty = text.charCodeAt(at) === SLASH
    begin(name, isEmpty)
    return at + (isEmpty ? 2 : 1)
  }

  function readAttribute(text: string, from: number): number {
    let at = from
    while (isNameCode(text.charCodeAt(at))) at++
    const name = text.slice(from, at)
    at = skipBlanks(text, at)
    if (at === text.length) return -1
    if (name === '' || text.charCodeAt(at) !== EQUALS) throw damaged('an attribute without a value')
    at = skipBlanks(text, at + 1)
    if (at === text.length) return -1
    const quote = text[at] as string
    if (quote !== '"' && quote !== "'") throw damaged('an attribute without quotes')
    const end = text.indexOf(quote, at + 1)
    if (end < 0) return -1
    names.push(name)
    values.push(text.slice(at + 1, end))
    return end + 1
  }

  function begin(name: string, isEmpty: boolean): void {
    if (openNames.length === 0 && hasBegun) throw damaged('more than one root element')
    hasBegun = true
    if (openNames.length >= MOST_DEPTH) throw tooComplex('elements nested too deeply')
    const local = localName(name)
    const skips = handler.open(local, attribute) === 'skip'
    if (isEmpty) {
      if (!skips) handler.close(local)
      return
    }
    openNames.push(name)
    if (skips) skippedTo = `</${name}>`
  }

  function attribute(wanted: string): string | undefined {
    for (let at = 0; at < names.length; at++) {
      const name = names[at] as string
      if (name === wanted || (name.endsWith(wanted) && name.at(-wanted.length - 1) === ':'))
        return meant(values[at] as string)
    }
    return undefined
  }
}

const SLASH = 0x2f
const QUESTION = 0x3f
const EXCLAMATION = 0x21
const GREATER = 0x3e
const EQUALS = 0x3d

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/

function endOf(text: string, what: string, from: number): number {
  const end = text.indexOf(what, from)
  return end < 0 ? -1 : end + what.length
}

function skipBlanks(text: string, from: number): number {
  let at = from
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break
  }
  return at
}

// Letters, digits, what stands between them in names, and whatever isn't ASCII; not a number where the text ends.
function isNameCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x2d && code <= 0x3a && code !== SLASH) ||
    code === 0x5f ||
    code >= 0x80
  )
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/** An attribute’s value as it is meant. */
function meant(value: string): string {
  return UNPLAIN.test(value) ? decoded(value.replace(/[\t\n\r]/g, ' ')) : value
}

const UNPLAIN = /[\t\n\r&]/

/** Text as it is meant: references resolved, line ends as XML has them. */
function decoded(text: string): string {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  return lines.includes('&') ? lines.replace(/&([^;&]*);?/g, resolved) : lines
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function resolved(reference: string, name: string): string {
  const known = reference.endsWith(';') ? (ENTITIES[name] ?? character(name)) : undefined
  if (known === undefined) throw damaged('a reference to what XML has not')
  return known
}

function character(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))$/i.exec(name) ?? []
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal ?? Number.NaN)
  if (!(code > 0 && code <= 0x10ffff)) return undefined
  const text = String.fromCodePoint(code)
  return NO_XML.test(text) || !text.isWellFormed() ? undefined : text
}
