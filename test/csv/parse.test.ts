import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Malformed, MalformedCsv } from '../../src/csv/malformed.ts'
import { MAX_RECORD_LENGTH, recordSplitter } from '../../src/csv/parse.ts'
import { type CsvRecord, isBlank } from '../../src/csv/records.ts'
import { readRecords } from '../support/read-records.ts'

function read(text: string, delimiter = ','): CsvRecord[] {
  const splitter = recordSplitter(delimiter)
  return [...splitter.push(text), ...splitter.end()]
}

function cells(text: string, delimiter = ','): string[][] {
  return read(text, delimiter).map((record) => record.cells)
}

function malformed(text: string, delimiter = ','): Pick<Malformed, 'code' | 'row' | 'column'> | string {
  try {
    return JSON.stringify(cells(text, delimiter))
  } catch (error) {
    if (!(error instanceof MalformedCsv)) throw error
    const { code, row, column } = error.fault
    return { code, row, column }
  }
}

describe('records', () => {
  it.each([
    [
      'CRLF',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'LF',
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'CR',
      'a,b\rc,d\r',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['mixed line ends', 'a\r\nb\nc\rd', [['a'], ['b'], ['c'], ['d']]],
    [
      'no line end at the end',
      'a,b\nc,',
      [
        ['a', 'b'],
        ['c', ''],
      ],
    ],
    [
      'quoted delimiters, quotes and line breaks',
      '"a,b","say ""hi""","x\r\ny"\n',
      [['a,b', 'say "hi"', 'x\r\ny']],
    ],
    ['quotes inside an unquoted cell, as Excel reads them', 'Ward "B",6" pipe\n', [['Ward "B"', '6" pipe']]],
    ['blanks around a quoted cell', 'a, "Smith, John" ,b\n', [['a', 'Smith, John', 'b']]],
    ['blanks inside an unquoted cell', ' a , b\n', [[' a ', ' b']]],
    ['empty quoted cells', '"",""\n', [['', '']]],
    ['only quotes in a cell', '""""""\n', [['""']]],
    ['neutralised formulas', `'+447700900123,"'=1,2"\n`, [['+447700900123', '=1,2']]],
    ['nothing', '', []],
  ])('%s', (_, text, expected) => {
    expect(cells(text)).toEqual(expected)
  })

  it('are found behind blank ones, of which none is kept', () => {
    const piece = fc.constantFrom('\n', '\r', '\r\n', ',', ';', '\t', ' ', '\u00a0', '""', '"\n"', 'a', "'=")
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(text, fc.constantFrom(',', ';', '\t'), (text, delimiter) => {
        fc.pre(typeof malformed(text, delimiter) === 'string')
        const first = read(text, delimiter).find((record) => !isBlank(record.cells))
        const { record, length } = recordSplitter(delimiter).first(text, true)
        expect(record?.cells).toEqual(first?.cells)
        const upToIt = read(text.slice(0, length), delimiter)
        expect(first ? upToIt.at(-1) : undefined).toEqual(first)
      }),
    )
  })

  it('splits at the delimiter alone', () => {
    expect(cells('a,b;c\td', ';')).toEqual([['a,b', 'c\td']])
    expect(cells('a\t"b\tc"\t d', '\t')).toEqual([['a', 'b\tc', ' d']])
  })

  it('numbers records as a spreadsheet does: blank ones count, line breaks in cells do not', () => {
    expect(read('a\n\n"b\n\nc"\n,,\nd').map(({ row }) => row)).toEqual([1, 2, 3, 4, 5])
  })

  it('says which line ends it met', () => {
    const splitter = recordSplitter(',')
    splitter.push('a\r\nb\n')
    splitter.end()
    expect([...splitter.lineEnds]).toEqual(['CRLF', 'LF'])
  })
})

describe('a file that could only be read by guessing', () => {
  it.each([
    ['a,b\n"Smith "Bob" Jones",c\n', { code: 'text-after-quote', row: 2, column: 1 }],
    ['a,b\n\n1,"never closed\n2,x\n3,y', { code: 'unclosed-quote', row: 3, column: 2 }],
    ['a,b\n1,"never closed\n2,"x"\n3,y', { code: 'text-after-quote', row: 2, column: 2 }],
    ['a,b\nx,\0y\n', { code: 'nul-character', row: 2, column: 2 }],
    ['a,b\nx,"', { code: 'unclosed-quote', row: 2, column: 2 }],
  ])('%j is refused with its place', (text, expected) => {
    expect(malformed(text)).toEqual(expected)
  })

  it('is refused before an unclosed quote has swallowed more than a megabyte', () => {
    const splitter = recordSplitter(',')
    const fill = 'x,y\n'.repeat(MAX_RECORD_LENGTH / 8)
    const pushAll = () => {
      splitter.push('a,b\n1,"')
      for (let pieces = 0; pieces < 3; pieces++) splitter.push(fill)
    }
    expect(pushAll).toThrow(
      expect.objectContaining({
        fault: expect.objectContaining({ code: 'unclosed-quote', row: 2, column: 2 }),
      }),
    )
  })

  it('is refused when one row is longer than a megabyte', () => {
    expect(malformed(`a\n${'x'.repeat(MAX_RECORD_LENGTH + 1)}\n`)).toMatchObject({
      code: 'row-too-long',
      row: 2,
    })
  })
})

describe('a limit of cells', () => {
  const limited = (text: string) => recordSplitter(',', { mostCells: 3 }).push(text)

  it('keeps so many, and counts no blank ones after the last that is filled', () => {
    expect(limited('a,b,c\n,,,\na,,"", , ,\n').map((record) => record.cells)).toEqual([
      ['a', 'b', 'c'],
      ['', '', ''],
      ['a', '', ''],
    ])
  })

  it.each([
    ['a,b,c\n1,2,3,4\n', { row: 2, column: 4 }],
    ['1,,,,,"x"\n', { row: 1, column: 6 }],
    ['1,2,3,4', { row: 1, column: 4 }],
  ])('refuses %j with the place', (text, place) => {
    const splitter = recordSplitter(',', { mostCells: 3 })
    expect(() => [splitter.push(text), splitter.end()]).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'too-many-columns', ...place }) }),
    )
  })
})

describe('against another reader', () => {
  const piece = fc.constantFrom('"', '""', ',', '\n', '\r\n', '\r', 'a', 'bc', ' ')

  it('reads what csv-parse reads, and alike, wherever the text is cut', () => {
    const options = { relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] }
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), (pieces, size) => {
        const text = pieces.join('')
        let theirs: string[][]
        try {
          theirs = parse(text, options)
        } catch {
          return // stricter than we are: quotes inside unquoted cells, blanks around quoted ones
        }
        const splitter = recordSplitter(',')
        const records = []
        for (let at = 0; at < text.length; at += size)
          records.push(...splitter.push(text.slice(at, at + size)))
        records.push(...splitter.end())
        expect(records.map((record) => record.cells)).toEqual(theirs)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('reading bytes', () => {
  it('reads characters that are cut in two, without the byte order mark', async () => {
    const bytes = Buffer.from('\uFEFFname\r\nZoë 😀\r\n')
    const singly = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
    const records: CsvRecord[] = []
    for await (const batch of readRecords(singly, { encoding: 'utf-8-bom', delimiter: ',' }))
      records.push(...batch)
    expect(records).toEqual([
      { row: 1, cells: ['name'], length: 6 },
      { row: 2, cells: ['Zoë 😀'], length: 8 },
    ])
  })
})

describe('taking up again', () => {
  const WIDTH = { cells: 2, holdsRows: (record: string) => !record.includes('honest') }

  function resumed(text: string, size = text.length): string[] {
    const splitter = recordSplitter(',', { resumes: true })
    splitter.expect(WIDTH)
    const records: CsvRecord[] = []
    for (let at = 0; at < text.length; at += size) records.push(...splitter.push(text.slice(at, at + size)))
    records.push(...splitter.end())
    expect(records.map(({ row }) => row)).toEqual(records.map((_, at) => at + 1))
    expect(records.reduce((sum, { length }) => sum + length, 0)).toBe(text.length)
    return records.map(({ cells, damage }) => `${damage ? `${damage.code}: ` : ''}${cells.join('|')}`)
  }

  it.each<[what: string, text: string, expected: string[]]>([
    ['text after a quote', '1,a\n2,"b"c\n3,d\n', ['1|a', 'text-after-quote: 2|"b"c', '3|d']],
    ['a quote never closed', '1,a\n2,"b\n3,c\n4,d', ['1|a', 'unclosed-quote: 2|"b', '3|c', '4|d']],
    [
      'a quote that a whole cell closes',
      '1,"a\r\n2,"b"\r\n3,c\r\n',
      ['text-after-quote: 1|"a', '2|b', '3|c'],
    ],
    [
      'a quote that closes rows later',
      '1,"a\n2,b\n3,c"\n4,d\n',
      ['swallowed-rows: 1|"a', '2|b', 'stray-quote: 3|c"', '4|d'],
    ],
    [
      'a quote that another stray one closes',
      '1,"a\n2,b"x\n3,c\n',
      ['text-after-quote: 1|"a', 'stray-quote: 2|b"x', '3|c'],
    ],
    ['an honest cell of several lines', '1,"an honest\n2,b"\n3,c\n', ['1|an honest\n2,b', '3|c']],
    [
      'lines that do not fit',
      '1,"a"b\nmore\nof, it, x\n\n2,c\n',
      ['text-after-quote: 1|"a"b', 'unlike-rows: more', 'unlike-rows: of| it| x', '', '2|c'],
    ],
    [
      'several places',
      '1,"a"b\n2,c\n3,"d\n4,"e"f\n5,g\n',
      ['text-after-quote: 1|"a"b', '2|c', 'text-after-quote: 3|"d', 'text-after-quote: 4|"e"f', '5|g'],
    ],
    ['a NUL', '1,a\n2,b\0\n3,c\n', ['1|a', 'nul-character: 2|b\ufffd', '3|c']],
    [
      'rows that a spreadsheet has cut short',
      '1,a\n2\n3,"b\n4,c\n',
      ['1|a', '2', 'unclosed-quote: 3|"b', '4|c'],
    ],
  ])('%s costs its own row, wherever the text is cut', (_, text, expected) => {
    for (const size of [text.length, 1, 2, 5]) expect(resumed(text, size)).toEqual(expected)
  })

  it('takes time in proportion to what there is, however many quotes', () => {
    for (const line of ['1,"a\n', '"\n', '"""\n', '1,""a\n', '"1,"2\n', 'a"b,"\n']) {
      const splitter = recordSplitter(',', { resumes: true })
      splitter.expect(WIDTH)
      const piece = line.repeat(Math.floor((64 * 1024) / line.length))
      const began = performance.now()
      for (let pieces = 0; pieces < 32; pieces++) splitter.push(piece)
      splitter.end()
      expect(performance.now() - began).toBeLessThan(10_000)
    }
  })

  it('refuses a line longer than a megabyte', () => {
    expect(() => resumed(`1,a\n2,"${'x'.repeat(MAX_RECORD_LENGTH)}\n`)).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'unclosed-quote', row: 2 }) }),
    )
  })
})
