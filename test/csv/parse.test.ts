import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MalformedCsv } from '../../src/csv/malformed.ts'
import {
  type CsvRecord,
  firstRecord,
  isBlank,
  MAX_RECORD_LENGTH,
  recordSplitter,
} from '../../src/csv/parse.ts'
import { readRecords } from '../support/read-records.ts'

function read(text: string, delimiter = ','): CsvRecord[] {
  const splitter = recordSplitter(delimiter)
  return [...splitter.push(text), ...splitter.end()]
}

function cells(text: string, delimiter = ','): string[][] {
  return read(text, delimiter).map((record) => record.cells)
}

function malformed(text: string, delimiter = ','): Pick<MalformedCsv, 'code' | 'row' | 'column'> | string {
  try {
    return JSON.stringify(cells(text, delimiter))
  } catch (error) {
    const { code, row, column } = error as MalformedCsv
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
    expect(pushAll).toThrow(expect.objectContaining({ code: 'unclosed-quote', row: 2, column: 2 }))
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
      expect.objectContaining({ code: 'too-many-columns', ...place }),
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

  it('finds the first record that has something in it, whatever stands below', () => {
    expect(firstRecord('\n,,\na;b\n', ';')).toEqual([',,'])
    expect(firstRecord('\n,,\na;b\n', ',')).toEqual(['a;b'])
    expect(firstRecord('a,b\n1,"2"3\n', ',')).toEqual(['a', 'b'])
    expect(firstRecord('\n', ',')).toBeUndefined()
  })

  it('finds the one that reading all of them finds, whatever blank rows stand above it', () => {
    const piece = fc.constantFrom('\n', '\r', '\r\n', ',', ';', '\t', ' ', '\u00a0', '""', '"\n"', 'a', "'=")
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(text, fc.constantFrom(',', ';', '\t'), (text, delimiter) => {
        fc.pre(typeof malformed(text, delimiter) === 'string')
        const first = read(text, delimiter).find((record) => !isBlank(record.cells))
        expect(firstRecord(text, delimiter)).toEqual(first?.cells)
        const { length } = recordSplitter(delimiter).first(text, true)
        const upToIt = read(text.slice(0, length), delimiter)
        expect(first ? upToIt.at(-1) : undefined).toEqual(first)
      }),
    )
  })

  it('splits a first record that is malformed without its quotes, which tells its delimiter', () => {
    expect(firstRecord('\r\na;"b"c;d\r\n1;2;3\r\n', ';')).toEqual(['a', '"b"c', 'd'])
  })
})
