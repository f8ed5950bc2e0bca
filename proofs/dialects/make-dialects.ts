import { bytesOf, type EncodingName } from '../files/reference-encoding.ts'
import { staffTable, type Table } from './table.ts'

/** A file of a kind of dialect or dirt, and what a careful person reads in it: null where nothing in it can be used. */
export type DialectFile = { kind: string; name: string; bytes: Buffer; meant: Table | null }

type Style = { delimiter: string; quote: string; escapedBy: string; end: string; quotesAll: boolean }

const PLAIN: Style = { delimiter: ',', quote: '"', escapedBy: '"', end: '\r\n', quotesAll: false }

/** Files of every kind, always the same ones. */
export function dialectFiles(): DialectFile[] {
  return [...wholeFiles(), ...encodings(), ...shapes(), ...dirtyRows()]
}

function file(kind: string, name: string, text: string, meant: Table | null): DialectFile {
  return { kind, name, bytes: Buffer.from(text), meant }
}

function written({ headings, records }: Table, style: Style = PLAIN): string[] {
  return [headings, ...records].map((cells) => lineOf(cells, style))
}

function lineOf(cells: readonly string[], style: Style): string {
  return cells.map((cell) => cellOf(cell, style)).join(style.delimiter)
}

function cellOf(cell: string, { delimiter, quote, escapedBy, quotesAll }: Style): string {
  const isHard = cell.includes(delimiter.trim() || delimiter) || cell.includes(quote) || /[\r\n]/.test(cell)
  return isHard || quotesAll ? `${quote}${cell.replaceAll(quote, `${escapedBy}${quote}`)}${quote}` : cell
}

function ended(lines: readonly string[], end = PLAIN.end): string {
  return lines.map((line) => line + end).join('')
}

/** One dialect from the first line to the last. */
function wholeFiles(): DialectFile[] {
  const table = staffTable()
  const plain = staffTable({ isPlain: true })
  const of = (name: string, style: Partial<Style>, of = table) => {
    const whole = { ...PLAIN, ...style }
    return file('dialect', name, ended(written(of, whole), whole.end), of)
  }
  const delimiters = [',', ';', '\t', '|', ':', ', ', ' ', '||', '~', '^']
  return [
    ...delimiters.map((delimiter) => of(`delimiter ${JSON.stringify(delimiter)}`, { delimiter })),
    ...delimiters.map((delimiter) =>
      of(`delimiter ${JSON.stringify(delimiter)}, all quoted`, { delimiter, quotesAll: true }),
    ),
    ...['\r\n', '\n', '\r'].map((end) => of(`line end ${JSON.stringify(end)}`, { end })),
    of('apostrophes', { quote: "'", escapedBy: "'", quotesAll: true }, plain),
    of('escaped with a backslash', { escapedBy: '\\' }),
    of('escaped with a backslash, all quoted', { escapedBy: '\\', quotesAll: true }),
    of('nothing quoted', {}, plain),
    file('dialect', 'sep=;', `sep=;\r\n${ended(written(table, { ...PLAIN, delimiter: ';' }))}`, table),
  ]
}

function encodings(): DialectFile[] {
  const table = staffTable()
  const latin = {
    ...table,
    records: table.records.map((cells) => cells.map((cell) => cell.replace('Ł', 'L'))),
  }
  const text = (of: Table) => ended(written(of))
  const names: EncodingName[] = ['utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be']
  return [
    ...names.map((name) => ({ kind: 'encoding', name, bytes: bytesOf(text(table), name), meant: table })),
    { kind: 'encoding', name: 'windows-1252', bytes: bytesOf(text(latin), 'windows-1252'), meant: latin },
  ]
}

/** What nobody can tell from rows before it is known whom they are about. */
function withRows({ headings, records }: Table, ...rows: string[][]): Table {
  return { headings, records: [...records, ...rows] }
}

/** What stands around the rows, or is missing. */
function shapes(): DialectFile[] {
  const table = staffTable()
  const lines = written(table)
  const [heading = '', ...rows] = lines
  const commas = ','.repeat(table.headings.length - 1)
  const of = (name: string, text: string, meant: Table | null = table) => file('shape', name, text, meant)
  const one = { ...table, records: table.records.slice(0, 1) }
  const second = ['(payroll)', '(given)', '(family)', '(post)', '(ward)', '(desk)', '(work)', '(more)']
  const halfway = (line: string) => [...lines.slice(0, 40), line, ...lines.slice(40)]
  return [
    of('nothing', '', null),
    of('blank lines alone', '\r\n\r\n\r\n', null),
    of('headings alone', `${heading}\r\n`, null),
    of('no headings', ended(rows), null),
    of('one row', ended([heading, rows[0] as string]), one),
    of('no line end at the end', lines.join('\r\n')),
    of('two line ends at the end', `${ended(lines)}\r\n`),
    of('blank lines between rows', lines.join('\r\n\r\n')),
    of('delimiters at the end of each line', ended(lines.map((line) => `${line},,,`))),
    of('a row of delimiters alone', ended(halfway(commas))),
    of('a title above', `Staff list of November\r\n${ended(lines)}`),
    of('a title and a blank line above', `Staff list\r\n\r\n${ended(lines)}`),
    of('a title of full width above', `Staff list${commas}\r\n${commas}\r\n${ended(lines)}`),
    of('comments above', `# made by payroll\r\n# 30 November\r\n${ended(lines)}`),
    of('two rows of headings', ended([heading, second.join(','), ...rows]), {
      ...table,
      records: [second, ...table.records],
    }),
    of('a note below', `${ended(lines)}\r\nEnd of list\r\n`),
    of(
      'a total below',
      `${ended(lines)}Total${commas}83\r\n`,
      withRows(table, ['Total', ...Array(6).fill(''), '83']),
    ),
    of('the headings once more', ended(halfway(heading))),
    of(
      'a second table of fewer columns',
      `${ended(lines)}\r\nSite,Beds\r\nNorth,12\r\nSouth,40\r\n`,
      withRows(table, ['Site', 'Beds'], ['North', '12'], ['South', '40']),
    ),
    of('two line ends in turn', lines.map((line, at) => line + (at % 2 ? '\n' : '\r\n')).join('')),
  ]
}

/** One row at a time is spoilt: a delimiter or a quote mark too many or too few, or those of another dialect. */
function dirtyRows(): DialectFile[] {
  const table = staffTable()
  const lines = written(table)
  const width = table.headings.length
  const files: DialectFile[] = []
  const spoilt = (kind: string, name: string, row: number, line: string, cells?: string[]) => {
    const records = cells ? table.records.with(row, cells) : table.records
    const text = ended(lines.with(row + 1, line))
    files.push(file(kind, `${name}, row ${row + 2}`, text, { ...table, records }))
  }
  for (const [row, cells] of table.records.entries()) {
    const texts = cells.map((cell) => cellOf(cell, PLAIN))
    for (let at = 0; at < width; at++) {
      const [text = '', cell = ''] = [texts[at], cells[at]]
      const joined = (parts: readonly string[]) => parts.join(',')
      if (at < width - 1) {
        const both = [...texts.slice(0, at), `${text}${texts[at + 1]}`, ...texts.slice(at + 2)]
        const merged = [...cells.slice(0, at), `${cell}${cells[at + 1]}`, ...cells.slice(at + 2), '']
        spoilt('a delimiter too few', `after cell ${at + 1}`, row, joined(both), merged)
      }
      const more = [...cells.slice(0, at), '', ...cells.slice(at)]
      spoilt(
        'a delimiter too many',
        `before cell ${at + 1}`,
        row,
        joined(more.map((one) => cellOf(one, PLAIN))),
        more,
      )
      // Beside another one it would be the other half of it.
      const inside = `${cell.slice(0, 2)}"${cell.slice(2)}`
      if (!cell.includes('"'))
        spoilt(
          'a quote mark too many',
          `in cell ${at + 1}`,
          row,
          joined(texts.with(at, `"${inside}"`)),
          cells.with(at, inside),
        )
      spoilt(
        'a quote mark too few',
        `of cell ${at + 1}`,
        row,
        joined(texts.with(at, `"${cell.replaceAll('"', '""')}`)),
      )
    }
    for (const delimiter of [';', '\t', ' ', ', '])
      spoilt('another delimiter', JSON.stringify(delimiter), row, lineOf(cells, { ...PLAIN, delimiter }))
    const apostrophes = { ...PLAIN, quote: "'", escapedBy: "'", quotesAll: true }
    spoilt('other quote marks', 'apostrophes', row, lineOf(cells, apostrophes))
    spoilt('another escape', 'a backslash', row, lineOf(cells, { ...PLAIN, escapedBy: '\\' }))
    for (const end of ['\n', '\r']) {
      const text = lines.map((line, at) => line + (at === row + 1 ? end : PLAIN.end)).join('')
      files.push(file('another line end', `${JSON.stringify(end)} after row ${row + 2}`, text, table))
    }
  }
  return files
}
