import type { Random } from '../../src/demo/random.ts'
import { asRead } from '../support/formula.ts'
import { shuffled } from '../support/shuffle.ts'
import { falseAlarms, isEmptied, planFaults, tableFaults } from './check-outcome.ts'
import type { Sending } from './corpora.ts'
import { encodingOf } from './reference-encoding.ts'
import { isBlank, plainHeading } from './reference-reader.ts'
import { encoded, lineOf, type Sheet, type Style, textOfSheet } from './sheets.ts'

/** A way to write a sheet that loses nothing of it: what is read has to be the sheet. */
export type Rewriting = (sheet: Sheet, style: Style, random: Random) => Sending

type Written = {
  sheet: Sheet
  /** What is read, where it isn't the sheet with its headings in row 1. */
  records?: string[][]
  above?: number
  /** Whether rows lack cells in a way that may be a loss. */
  isRagged?: boolean
  text?: string
  style?: Style
}

export const REWRITINGS: Record<string, Rewriting> = {
  'as it is': rewriting((sheet) => ({ sheet })),
  'blank rows': rewriting((sheet, style, random) => {
    const { headings, rows } = sheet
    const blank = () => random.pick([[''], headings.map(() => ''), [' ', '', ' ']])
    const above = Array.from({ length: random.between(0, 3) }, blank)
    const among = rows.flatMap((cells) => (random.percent(40) ? [blank(), cells] : [cells]))
    const below = random.percent(50) ? [headings.map(() => '')] : []
    const all = [...above, headings, ...among, ...below]
    const text = textOfSheet({ headings: all[0] as string[], rows: all.slice(1) }, style)
    return { sheet, text, above: above.length, records: [headings, ...among, ...below] }
  }),
  'blanks at the ends of cells': rewriting((sheet, _, random) => ({
    sheet: eachCell(sheet, (cell) =>
      random.percent(30)
        ? `${random.pick(['', ' ', '\u00a0'])}${cell}${random.pick([' ', '   ', '\u00a0'])}`
        : cell,
    ),
  })),
  'invisible marks at the ends of cells': rewriting((sheet, style, random) => ({
    sheet: eachCell(sheet, (cell) =>
      cell !== '' && random.percent(30)
        ? `${random.pick(['\u200b', '\u200f', '\u200e', '\ufeff'])}${cell}\u200f`
        : cell,
    ),
    style: inUnicode(style),
  })),
  'what begins a formula': rewriting((sheet, _, random) => ({
    sheet: eachText(
      sheet,
      () =>
        `${random.pick(['=', '+', '-', '@', "'=", "''+", '＝', 'x;=', "x,'-", 'x\n- '])}${random.between(1, 99)} x`,
    ),
    style: inUnicode(_),
  })),
  'other normalisation forms': rewriting((sheet, style, random) => ({
    sheet: eachCell(sheet, (cell) => cell.normalize(random.pick(['NFD', 'NFC']))),
    style: inUnicode(style),
  })),
  'right-to-left and astral text': rewriting((sheet, style, random) => ({
    sheet: eachText(sheet, () =>
      random.pick(['אחות \u200fA\u200f', 'ممرضة', '🏥 ward', '𝒳 ray', 'e\u0301', '護士', '\u202aאb\u202c x']),
    ),
    style: inUnicode(style),
  })),
  'a line sep=': rewriting((sheet, style, random) => {
    const line = random.pick([`sep=${style.delimiter}`, `"sep=${style.delimiter}"`, `SEP=${style.delimiter}`])
    return { sheet, text: `${line}${style.lineEnds[0]}${textOfSheet(sheet, style)}` }
  }),
  'delimiters at the end of every row': rewriting((sheet, _, random) => {
    const more = Array<string>(random.between(1, 3)).fill('')
    return {
      sheet: { headings: [...sheet.headings, ...more], rows: sheet.rows.map((cells) => [...cells, ...more]) },
    }
  }),
  'columns in another order': rewriting((sheet, _, random) => {
    const order = shuffled(random, [...sheet.headings.keys()])
    const inOrder = (cells: string[]) => order.map((at) => cells[at] as string)
    return { sheet: { headings: inOrder(sheet.headings), rows: sheet.rows.map(inOrder) } }
  }),
  'headings in another spelling': rewriting((sheet, style, random) => ({
    sheet: {
      ...sheet,
      headings: sheet.headings.map((word) =>
        random.pick([
          word.toUpperCase(),
          ` ${word} `,
          `${word}:`,
          word.replace(/(?=[A-Z])/g, '_'),
          word.toLowerCase(),
        ]),
      ),
    },
    style,
  })),
  'columns that nobody knows, by one name': rewriting((sheet, _, random) => {
    const at = random.between(0, sheet.headings.length)
    const add = (cells: string[], word: string) => cells.toSpliced(at, 0, word, `${word}`)
    return {
      sheet: {
        headings: add(sheet.headings, 'Notes'),
        rows: sheet.rows.map((cells) => add(cells, 'x, "y"')),
      },
    }
  }),
  'a very long cell': rewriting((sheet, _, random) => {
    const long = 'long, "long" '.repeat(random.between(100, 8_000))
    return {
      sheet: {
        headings: [...sheet.headings, 'Notes'],
        rows: sheet.rows.map((cells) => [...cells, long]).slice(0, 2),
      },
    }
  }),
  'ten thousand columns': rewriting((sheet) => {
    const more = Array.from({ length: 10_000 }, (_, at) => `x${at}`)
    return {
      sheet: {
        headings: [...sheet.headings, ...more],
        rows: sheet.rows.slice(0, 1).map((cells) => [...cells, ...more.map(() => '1')]),
      },
    }
  }),
  'empty cells dropped at the ends': rewriting((sheet, style) => {
    const rows = sheet.rows.map((cells) => cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1))
    return { ...shortened(sheet, rows, style), isRagged: true }
  }),
  'empty cells dropped in rows one below the other, as Excel does': rewriting((sheet, style) => {
    const whole = sheet.rows.slice(0, 3)
    const block = sheet.rows.slice(3)
    const width = Math.max(...block.map((cells) => cells.findLastIndex((cell) => cell !== '') + 1))
    const rows = block.length > 2 ? [...whole, ...block.map((cells) => cells.slice(0, width))] : sheet.rows
    return { ...shortened(sheet, rows, style), isRagged: isEmptied(sheet.headings) }
  }),
  'blanks around quotes': rewriting((sheet, style, random) => {
    const padding = () => ' '.repeat(random.between(0, 2))
    const line = (cells: string[]) =>
      cells.map((cell) => `${padding()}"${cell.replaceAll('"', '""')}"${padding()}`).join(style.delimiter)
    return {
      sheet,
      text: [sheet.headings, ...sheet.rows].map((cells) => line(cells) + style.lineEnds[0]).join(''),
    }
  }),
  'quotes that open no cell': rewriting((sheet, style) => {
    const bare = eachText(sheet, () => '6" pipe, "north"'.replaceAll(style.delimiter, ' '))
    const line = (cells: string[]) =>
      cells.map((cell) => (/^6"/.test(cell) ? cell : lineOf([cell], style))).join(style.delimiter)
    return {
      sheet: bare,
      text: [bare.headings, ...bare.rows].map((cells) => line(cells) + style.lineEnds[0]).join(''),
    }
  }),
}

function rewriting(write: (sheet: Sheet, style: Style, random: Random) => Written): Rewriting {
  return (given, chosen, random) => {
    const { sheet, style = chosen, ...written } = write(given, chosen, random)
    const { text = textOfSheet(sheet, style), above = 0, isRagged = false } = written
    const records = (written.records ?? [sheet.headings, ...sheet.rows]).map((cells) => cells.map(asRead))
    const bytes = encoded(text, style)
    const encoding = encodingOf(bytes)
    return {
      name: `${style.encoding}, ${JSON.stringify(style.delimiter)}`,
      bytes,
      mode: 'both',
      faults: (outcome) => {
        if (records.slice(1).every(isBlank)) return []
        if (outcome.kind !== 'read') return [`${outcome.code}, though nothing was lost: ${outcome.message}`]
        const meant = { encoding, delimiter: style.delimiter, headingRow: above + 1, records }
        return [
          ...tableFaults(outcome, meant),
          ...planFaults(outcome),
          ...(isRagged ? [] : falseAlarms(outcome)),
        ]
      },
    }
  }
}

function shortened(sheet: Sheet, rows: string[][], style: Style): Written {
  return { sheet, records: [sheet.headings, ...rows], text: textOfSheet({ ...sheet, rows }, style) }
}

function eachCell({ headings, rows }: Sheet, change: (cell: string) => string): Sheet {
  return { headings, rows: rows.map((cells) => cells.map(change)) }
}

/** Changes the cells of free text. */
function eachText({ headings, rows }: Sheet, change: () => string): Sheet {
  const isText = headings.map((word) => /^(jobtitle|department|description)$/.test(plainHeading(word)))
  return { headings, rows: rows.map((cells) => cells.map((cell, at) => (isText[at] ? change() : cell))) }
}

function inUnicode(style: Style): Style {
  return style.encoding === 'windows-1252' ? { ...style, encoding: 'utf-8' } : style
}
