import { describe, expect, it } from 'vitest'
import { csvLine, csvLines } from '../../src/csv/write.ts'

describe('writing CSV', () => {
  it.each([
    [['a', 'b'], 'a,b\r\n'],
    [['a,b', 'say "hi"', 'x\ny', ' padded '], '"a,b","say ""hi""","x\ny"," padded "\r\n'],
    [['=1+1', '+44', '-x', '@x', "'=x"], "'=1+1,'+44,'-x,'@x,''=x\r\n"],
    [['', '', ''], ',,\r\n'],
  ])('%j', (cells, line) => {
    expect(csvLine(cells)).toBe(line)
  })

  it('uses the delimiter given', () => {
    expect(
      csvLines(
        [
          ['a', 'b;c'],
          ['d', 'e'],
        ],
        ';',
      ),
    ).toBe('a;"b;c"\r\nd;e\r\n')
  })

  it('quotes every character at which some spreadsheet splits, and lets no formula begin after the split', () => {
    expect(csvLine(['a;=1', 'b\t=1', 'c,=1'])).toBe(`"a;'=1","b\t'=1","c,'=1"\r\n`)
  })
})
