import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asRead, holdsFormula } from '../../proofs/support/formula.ts'
import { escapeFormula, unescapeFormula } from '../../src/csv/formula.ts'

describe('neutralising formulas', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+447700900123', "'+447700900123"],
    ['-Smith', "'-Smith"],
    ['@ward', "'@ward"],
    ['＝cmd', "'＝cmd"],
    ["'=1", "''=1"],
    ['x;=1+1;y', "x;'=1+1;y"],
    ['x,＋1', "x,'＋1"],
    ['x|@a|-b', "x|'@a|'-b"],
    ['\t=1', "\t'=1"],
    ['Duties:\n- rounds\r\n- clinics', "Duties:\n'- rounds\r\n'- clinics"],
    ['x\r=1', "x\r'=1"],
    ['x\u2028=1', "x\u2028'=1"],
    ["x;'=1", "x;''=1"],
    // Readers that drop what they take for blanks or for the quotes of a cell.
    [' =1', "' =1"],
    ['x; =1', "x;' =1"],
    ['x;"=1"', 'x;\'"=1"'],
    [';;=1', ";;'=1"],
  ])('%j is written %j and comes back', (cell, written) => {
    expect(escapeFormula(cell)).toBe(written)
    expect(unescapeFormula(written)).toBe(cell)
  })

  it.each(["O'Brien", "'quoted'", "''", '', 'a=b', '1-2', "x;'y'", 'a; b', 'Mon–Fri, 9-5', "'\t", 'a,\nb'])(
    '%j is left alone',
    (cell) => {
      expect(escapeFormula(cell)).toBe(cell)
      expect(unescapeFormula(cell)).toBe(cell)
    },
  )

  it('comes back unchanged, whatever the cell, and leaves no formula behind any separator', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(..."''=+-@＝a \u00a0\"\t\r\n\v\f\x85\u2028,;|") }),
    )
    fc.assert(
      fc.property(cell, (text) => {
        const written = escapeFormula(text)
        expect(unescapeFormula(written)).toBe(text)
        expect(asRead(written)).toBe(text)
        expect(holdsFormula(written)).toBe(false)
        expect(unescapeFormula(text)).toBe(asRead(text)) // of text that was never written by us, too
      }),
      { numRuns: 2000 },
    )
  })
})
