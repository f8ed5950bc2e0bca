import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeFormula, unescapeFormula } from '../../src/csv/formula.ts'

describe('neutralising formulas', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+447700900123', "'+447700900123"],
    ['-Smith', "'-Smith"],
    ['@ward', "'@ward"],
    ['＝cmd', "'＝cmd"],
    ['\t=1', "'\t=1"],
    ["'=1", "''=1"],
  ])('%j is written %j and comes back', (cell, written) => {
    expect(escapeFormula(cell)).toBe(written)
    expect(unescapeFormula(written)).toBe(cell)
  })

  it.each(["O'Brien", "'quoted'", "''", '', 'a=b', '1-2'])('%j is left alone', (cell) => {
    expect(escapeFormula(cell)).toBe(cell)
    expect(unescapeFormula(cell)).toBe(cell)
  })

  it('comes back unchanged, whatever the cell', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '＝', 'a') }),
    )
    fc.assert(
      fc.property(cell, (text) => {
        expect(unescapeFormula(escapeFormula(text))).toBe(text)
        expect(escapeFormula(text)).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/)
      }),
      { numRuns: 1000 },
    )
  })
})
