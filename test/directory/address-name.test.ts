import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressParts,
  displayName,
  foldKey,
  localPartFor,
  withNumber,
} from '../../src/directory/address-name.ts'

describe('the address of a new account', () => {
  it.each([
    ['Jane', 'Smith', 'jane.smith'],
    ['Łukasz', 'Nowak-Żak', 'lukasz.nowak-zak'],
    ['Siobhán Mary', 'O’Brien', 'siobhanmary.obrien'],
    ["D'Arcy", "O'Neil", 'darcy.oneil'],
    ['Nguyễn', 'Đặng', 'nguyen.dang'],
    ['Straße', 'Ø', 'strasse.o'],
    ['李', '明', 'li.ming'],
    ['J. R.', 'St. John', 'j.r.st.john'],
    ['-Ann-', '.Lee.', 'ann.lee'],
    ['Jane2', 'Smith3', 'jane.smith'],
    [null, 'Reception', 'reception'],
    ['😀', '…', 'staff.77'],
    ['', '', 'staff.77'],
    [null, null, 'staff.77'],
  ])('%s %s: %s', (first, last, local) => {
    expect(localPartFor(first, last, 77)).toBe(local)
  })

  it('is short enough for a number, and of letters, hyphens and single dots, for every name', () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('a', '.', '-', 'é', ' '), maxLength: 64 }),
    )
    fc.assert(
      fc.property(name, name, (first, last) => {
        const local = localPartFor(first, last, 77)
        expect(local).toMatch(/^(?:staff\.77|[a-z]+(?:[.-]+[a-z]+)*)$/)
        expect(local).not.toContain('..')
        expect(withNumber(local, 999_999).length).toBeLessThanOrEqual(64)
      }),
      { numRuns: 1000 },
    )
  })

  it('is cut where a name is very long, never ending in a dot', () => {
    expect(localPartFor('a'.repeat(57), 'b'.repeat(64), 77)).toBe('a'.repeat(57))
    expect(localPartFor('a'.repeat(64), 'b'.repeat(64), 77)).toBe('a'.repeat(58))
  })

  it('is numbered from the second on', () => {
    expect([1, 2, 12].map((n) => withNumber('jane.smith', n))).toEqual([
      'jane.smith',
      'jane.smith2',
      'jane.smith12',
    ])
  })
})

it.each([
  ['jane.smith@x', 'jane.smith', 1],
  ['jane.smith2@x', 'jane.smith', 2],
  ['jane.smith99999@x', 'jane.smith', 99_999],
  ['jane.smith100000@x', 'jane.smith100000', 1],
  ['jane.smith999999999@x', 'jane.smith999999999', 1],
  ['staff.77@x', 'staff.77', 1],
  ['77@x', '77', 1],
])('the address %s is %s and the number %i', (address, base, number) => {
  expect(addressParts(address)).toEqual({ base, number, domain: 'x' })
})

describe('the display name', () => {
  it.each([
    [{ firstName: 'Jane', lastName: 'Smith' }, 'SMITH, Jane (RX1)'],
    [{ firstName: 'Zoë', lastName: 'Groß' }, 'GROSS, Zoë (RX1)'],
    [{ firstName: null, lastName: 'Reception' }, 'RECEPTION (RX1)'],
    [{ firstName: null, lastName: null }, '(RX1)'],
  ])('%j: %s', (account, name) => {
    expect(displayName(account, 'RX1')).toBe(name)
  })
})

describe('the key of a local ID or an address', () => {
  it.each([
    ['AB12', ' ab12 '],
    ['é', 'e\u0301'],
    ['STRASSE', 'straße'],
    ['ΟΔΟΣ', 'οδος'],
    ['\u212A', 'k'],
    ['ſ', 'S'],
  ])('%j and %j are one', (one, other) => {
    expect(foldKey(one)).toBe(foldKey(other))
  })

  it('keeps leading zeros and blanks inside', () => {
    expect(foldKey('0012')).not.toBe(foldKey('12'))
    expect(foldKey('A 1')).toBe('a 1')
  })

  it('does not change when folded again, nor with case or normal form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const key = foldKey(text)
        expect(foldKey(key)).toBe(key)
        expect(foldKey(text.normalize('NFD'))).toBe(key)
        expect(foldKey(text.toUpperCase())).toBe(key)
      }),
      { numRuns: 5000 },
    )
  })

  it('does not change when folded again, for every single character', () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue
      const key = foldKey(`a${String.fromCodePoint(code)}b`)
      if (foldKey(key) !== key) expect.fail(`U+${code.toString(16)}`)
    }
  })
})
