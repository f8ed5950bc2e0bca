import type { Random } from '../../src/demo/random.ts'
import { readingFaults } from './check-outcome.ts'
import type { Sending } from './corpora.ts'
import { bytesOf, fitsWindows1252 } from './reference-encoding.ts'
import { referenceReading } from './reference-reader.ts'
import { encoded, lineOf, type Sheet, type Style, textOfSheet } from './sheets.ts'
import { wordFaults } from './word-faults.ts'

/** A way to damage a file at one place: it is read as it can be, with a word where that isn't the sheet, or refused. */
export type Damage = (sheet: Sheet, style: Style, random: Random) => Sending

type Damaged = {
  bytes: Buffer
  /** The sheet whose rows it holds, where it isn't the one it was made of. */
  sheet?: Sheet
  isCut?: boolean
  /** Whether it holds other people's rows too: then only the readers are compared. */
  isOther?: boolean
  /** Whether nobody can use it, whatever the reason given. */
  isUseless?: boolean
}

export const DAMAGES: Record<string, Damage> = {
  'cut off': onBytes((bytes, random) => ({ bytes: bytes.subarray(0, at(bytes, random)), isCut: true })),
  'a byte changed': onBytes((bytes, random) => {
    const changed = Buffer.from(bytes)
    changed[at(bytes, random)] = random.between(0, 255)
    return { bytes: changed }
  }),
  'a bit flipped': onBytes((bytes, random) => {
    const changed = Buffer.from(bytes)
    const place = at(bytes, random)
    changed[place] = (changed[place] as number) ^ (1 << random.between(0, 7))
    return { bytes: changed }
  }),
  'a byte lost': onBytes((bytes, random) => without(bytes, at(bytes, random))),
  'a byte too many': onBytes((bytes, random) => {
    const place = at(bytes, random)
    const byte = Buffer.from([random.pick([0x00, 0x0a, 0x1a, 0x22, 0x2c, 0x41, 0x80, 0xe9, 0xff])])
    return { bytes: Buffer.concat([bytes.subarray(0, place), byte, bytes.subarray(place)]) }
  }),
  'NUL in it': onText((text, random) => insert(text, '\0'.repeat(random.between(1, 3)), random)),
  'a stray quote': onText((text, random) => insert(text, '"', random)),
  'a quote before a cell': onText((text, random, { delimiter }) => {
    const starts = placesOf(text, (it) => it === delimiter || it === '\n' || it === '\r')
    const place = starts.length > 0 ? random.pick(starts) + 1 : 0
    return `${text.slice(0, place)}"${text.slice(place)}`
  }),
  'a quote dropped': onText((text, random) => drop(text, (it) => it === '"', random)),
  'a delimiter dropped': onText((text, random, { delimiter }) =>
    drop(text, (it) => it === delimiter, random),
  ),
  'a delimiter too many': onText((text, random, { delimiter }) => insert(text, delimiter, random)),
  'a line end dropped': onText((text, random) => {
    const ends = [...text.matchAll(/\r\n|\r|\n/g)]
    const end = ends.length > 0 ? random.pick(ends) : undefined
    return end ? text.slice(0, end.index) + text.slice(end.index + end[0].length) : text
  }),
  'a line end too many': onText((text, random) => insert(text, random.pick(['\r\n', '\n', '\r']), random)),
  'a byte order mark in the middle': onText((text, random) => insert(text, '\ufeff', random), true),
  'half a surrogate pair': onText(
    (text, random) => insert(text, random.pick(['\ud83c', '\udfe5']), random),
    true,
    'utf-16le',
  ),
  'an invisible mark inside': onText(
    (text, random) => insert(text, random.pick(['\u202e', '\u200b', '\u2028', '\u0085', '\u001b']), random),
    true,
  ),
  'a heading twice': damage((sheet, style, random) => {
    const word = random.pick(
      sheet.headings.filter((one) => /^(?:local ?id|first ?name|last ?name)$/i.test(one)),
    )
    const more = { headings: [...sheet.headings, word], rows: sheet.rows.map((cells) => [...cells, 'x']) }
    return { bytes: encoded(textOfSheet(more, style), style), isUseless: true }
  }),
  'titles above the headings': damage((sheet, style, random) => {
    const above = Array.from({ length: random.between(1, 3) }, () =>
      random.pick(['Staff list, November', 'Surgery', '"A, B"', '1.']),
    )
    const text = above.map((line) => line + style.lineEnds[0]).join('') + textOfSheet(sheet, style)
    return { bytes: encoded(text, style) }
  }),
  'a delimiter that nobody uses': damage((sheet, style, random) => {
    const other = { ...style, delimiter: random.pick(['^', '~', '\u0001', '¦']), quoteAll: false }
    const safe = {
      ...other,
      encoding: other.encoding === 'windows-1252' ? ('utf-8' as const) : other.encoding,
    }
    const plain = {
      ...sheet,
      rows: sheet.rows.map((cells) => cells.map((cell) => cell.replace(/["\r\n,;|\t]/g, ' '))),
    }
    return { bytes: encoded(textOfSheet(plain, safe), safe), isUseless: true }
  }),
  'rows under another delimiter than the headings': damage((sheet, style, random) => {
    const other = {
      ...style,
      delimiter: random.pick([',', ';', '\t', '|'].filter((it) => it !== style.delimiter)),
    }
    const [first, ...rest] = textOfSheet(sheet, other).split(/(?<=[\r\n])/)
    const heading = lineOf(sheet.headings, style) + (/[\r\n]+$/.exec(first ?? '')?.[0] ?? '')
    return { bytes: encoded(heading + rest.join(''), style) }
  }),
  'two encodings': damage((sheet, style, random) => {
    const one = { ...style, encoding: random.pick(['utf-8', 'utf-8-bom', 'windows-1252'] as const) }
    const lines = textOfSheet(sheet, one).split(/(?<=[\r\n])/)
    const odd = random.between(0, lines.length - 1)
    const parts = lines.map((line, nth) => {
      const changes = nth === odd && fitsWindows1252(line)
      return bytesOf(
        line,
        changes === (one.encoding === 'windows-1252') || !fitsWindows1252(line) ? 'utf-8' : 'windows-1252',
      )
    })
    return { bytes: Buffer.concat(parts), isOther: true }
  }),
  'a cell of more than a megabyte': damage((sheet, style, random) => {
    const row = random.between(0, sheet.rows.length - 1)
    const cells = (sheet.rows[row] as string[]).with(-1, (random.percent(50) ? 'x' : 'x, ').repeat(1_100_000))
    return { bytes: encoded(textOfSheet({ ...sheet, rows: sheet.rows.with(row, cells) }, style), style) }
  }),
  'a row with cells too many or too few': damage((sheet, style, random) => {
    const row = random.between(0, sheet.rows.length - 1)
    const cells = sheet.rows[row] as string[]
    const ragged = random.percent(50)
      ? [...cells, ...Array.from({ length: random.between(1, 3) }, () => random.pick(['', 'x']))]
      : cells.slice(0, random.between(2, cells.length))
    return { bytes: encoded(textOfSheet({ ...sheet, rows: sheet.rows.with(row, ragged) }, style), style) }
  }),
  'a row of ten thousand cells': damage((sheet, style) => {
    const rows = [...sheet.rows, Array<string>(10_000).fill('x')]
    return { bytes: encoded(textOfSheet({ ...sheet, rows }, { ...style, endsLine: true }), style) }
  }),
  'two files in one': damage((sheet, style) => {
    const text = textOfSheet(sheet, { ...style, endsLine: true })
    return {
      bytes: Buffer.concat([encoded(text, style), encoded(text, style)]),
      sheet: { ...sheet, rows: [...sheet.rows, ...sheet.rows] },
    }
  }),
  'quotes escaped by a backslash': damage((sheet, style) => {
    const marked = (cells: string[]) => cells.map((cell) => cell.replaceAll('"', '\ue000'))
    const table = { headings: sheet.headings, rows: sheet.rows.map(marked) }
    const text = textOfSheet(table, { ...style, quoteAll: true }).replaceAll('\ue000', '\\"')
    return { bytes: encoded(text, style) }
  }),
  'read in the wrong encoding once': damage((sheet, style) => {
    const garbled = Buffer.from(textOfSheet(sheet, style)).toString('latin1')
    return { bytes: Buffer.from(garbled), isOther: true }
  }),
  'line ends of three characters': damage((sheet, style) => ({
    bytes: encoded(textOfSheet(sheet, { ...style, lineEnds: ['\r\r\n'] }), style),
  })),
}

function damage(make: (sheet: Sheet, style: Style, random: Random) => Damaged): Damage {
  return (sheet, style, random) => {
    const { bytes, isUseless, isOther, isCut = false, ...made } = make(sheet, style, random)
    const reading = referenceReading(bytes, 'both')
    return {
      name: `${style.encoding}, ${JSON.stringify(style.delimiter)}`,
      bytes,
      mode: 'both',
      faults: (outcome) => {
        const faults = readingFaults(outcome, reading)
        if (isUseless && outcome.kind === 'read') faults.push('it was read')
        if (outcome.kind !== 'read' || isOther) return faults
        return [...faults, ...wordFaults(outcome, made.sheet ?? sheet, { isCut })]
      },
    }
  }
}

function onBytes(change: (bytes: Buffer, random: Random) => Damaged): Damage {
  return damage((sheet, style, random) => change(encoded(textOfSheet(sheet, style), style), random))
}

function onText(
  change: (text: string, random: Random, style: Style) => string,
  isUnicode = false,
  encoding?: Style['encoding'],
): Damage {
  return damage((sheet, given, random) => {
    const other = encoding ?? (isUnicode && given.encoding === 'windows-1252' ? 'utf-8' : given.encoding)
    const style = { ...given, encoding: other }
    return { bytes: encoded(change(textOfSheet(sheet, style), random, style), style) }
  })
}

function at(bytes: Buffer, random: Random): number {
  return random.between(0, bytes.length - 1)
}

function without(bytes: Buffer, place: number): Damaged {
  return { bytes: Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)]) }
}

function insert(text: string, more: string, random: Random): string {
  const place = random.between(0, text.length)
  return text.slice(0, place) + more + text.slice(place)
}

function drop(text: string, is: (character: string) => boolean, random: Random): string {
  const places = placesOf(text, is)
  if (places.length === 0) return text
  const place = random.pick(places)
  return text.slice(0, place) + text.slice(place + 1)
}

function placesOf(text: string, is: (character: string) => boolean): number[] {
  return Array.from({ length: text.length }, (_, place) => place).filter((place) => is(text[place] as string))
}
