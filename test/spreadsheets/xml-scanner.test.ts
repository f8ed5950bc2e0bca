import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { xmlScanner } from '../../src/spreadsheets/xml-scanner.ts'

type Event = ['open', string, Record<string, string>] | ['close', string] | ['text', string]

/** What is told of XML that comes in pieces of this size; a run of text as one. */
function scan(xml: string, size: number): Event[] | 'refused' {
  const events: Event[] = []
  const scanner = xmlScanner({
    open(name, attribute) {
      const values = ['a', 'b', 'c']
        .map((key) => [key, attribute(key)])
        .filter(([, value]) => value !== undefined)
      events.push(['open', name, Object.fromEntries(values)])
      return undefined
    },
    close: (name) => events.push(['close', name]),
    text: (text) => addText(events, text),
  })
  try {
    for (let at = 0; at < xml.length; at += size) scanner.push(xml.slice(at, at + size))
    scanner.end()
    return events
  } catch {
    return 'refused'
  }
}

/** The same by a parser for all of XML. */
function parse(xml: string): Event[] | 'refused' {
  const events: Event[] = []
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => events.push(['open', name, { ...attributes }]))
  parser.on('closetag', ({ name }) => events.push(['close', name]))
  parser.on('text', (text) => addText(events, text))
  parser.on('cdata', (text) => addText(events, text))
  try {
    parser.write(xml).close()
    return events
  } catch {
    return 'refused'
  }
}

function addText(events: Event[], text: string): void {
  const last = events.at(-1)
  if (text === '' || events.length === 0 || isOver(events)) return
  if (last?.[0] === 'text') last[1] += text
  else events.push(['text', text])
}

// What stands after the root element is of no interest to either.
function isOver(events: readonly Event[]): boolean {
  const count = (kind: string) => events.filter(([of]) => of === kind).length
  return count('open') === count('close')
}

const words = fc.string({
  unit: fc.constantFrom(
    'x',
    ' ',
    '\n',
    'é',
    '😀',
    '&lt;',
    '&amp;',
    '&#233;',
    '&#x1F600;',
    '>',
    '"',
    "'",
    '\t',
  ),
})
const value = fc.string({ unit: fc.constantFrom('x', ' ', 'é', '&quot;', '&lt;', '>', '/') })
const attributes = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c'))
  .chain((keys) =>
    fc.tuple(
      ...keys.map((key) =>
        fc
          .tuple(value, fc.constantFrom('"', "'"))
          .map(([text, quote]) => ` ${key} = ${quote}${text}${quote}`),
      ),
    ),
  )
  .map((each) => each.join(''))
const { element } = fc.letrec<{ element: string; inside: string }>((tie) => ({
  element: fc
    .tuple(fc.constantFrom('t', 'row', 'c-1'), attributes, fc.array(tie('inside'), { maxLength: 4 }))
    .map(([name, with_, inside]) =>
      inside.length === 0 ? `<${name}${with_} />` : `<${name}${with_}>${inside.join('')}</${name} >`,
    ),
  inside: fc.oneof(
    { maxDepth: 4 },
    words,
    fc.constantFrom('<!-- a > b -->', '<?x y?>', '<![CDATA[<a>&]]>'),
    tie('element'),
  ),
}))

test('it reads what a parser for all of XML reads, however it is cut', () => {
  fc.assert(
    fc.property(element, fc.integer({ min: 1, max: 40 }), (body, size) => {
      const xml = `<?xml version="1.0"?>\n<!-- c -->${body}\n`
      expect(scan(xml, size)).toEqual(parse(xml))
    }),
  )
})

test('and of what is damaged nothing else than it does', () => {
  fc.assert(
    fc.property(element, fc.nat(), fc.constantFrom('<', '>', '&', '"', '/', ''), (body, at, sign) => {
      const xml = body.slice(0, at % body.length) + sign + body.slice((at % body.length) + 1)
      fc.pre(xml.isWellFormed()) // bytes that are read never come to half a pair
      const scanned = scan(xml, 7)
      const parsed = parse(xml)
      if (parsed !== 'refused') expect(scanned).toEqual(parsed)
    }),
  )
})

test('what is skipped isn’t told', () => {
  const told: string[] = []
  const scanner = xmlScanner({
    open(name) {
      told.push(name)
      return name === 'no' ? 'skip' : undefined
    },
    close: (name) => told.push(`/${name}`),
    text: (text) => told.push(text),
  })
  for (const piece of '<p:a><p:no><b>x</b></p:no><no/>y</p:a>') scanner.push(piece)
  scanner.end()
  expect(told).toEqual(['a', 'no', 'no', 'y', '/a'])
})
