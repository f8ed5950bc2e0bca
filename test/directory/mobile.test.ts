import { expect, test } from 'vitest'
import { countryName, countryNamed, mobileRule, mobileWords, readMobile } from '../../src/directory/mobile.ts'

const ABROAD = { mobileCountries: ['IE', 'FR'] }

test.each([
  ['+353 87 123 4567', '+353871234567', null],
  ['00353 (0)87-123 4567', '+353871234567', null],
  ['353871234567', '+353871234567', 'plus sign'],
  ['+33 6 12 34 56 78', '+33612345678', null],
  ['07700 900123', '+447700900123', null], // the United Kingdom’s own is read as ever
  ['7700900123', '+447700900123', 'leading zero'],
])('%s is read where its country is allowed', (text, mobile, lost) => {
  expect(readMobile(text, ABROAD)).toEqual({ mobile, lost })
})

test.each([
  ['of a country that isn’t among them', '+1 415 555 2671'],
  ['of a telephone at home', '+353 1 234 5678'],
  ['of no length that its country has', '+353 87 1'],
  ['without its country’s code', '087 123 4567'],
  ['with something behind it', '+353 87 123 4567 ext 5'],
  ['in words', 'call +353871234567'],
  ['that is too long', `+353${'8'.repeat(60)}`],
  ['of nobody', ''],
])('a number %s is none', (_, text) => {
  expect(readMobile(text, ABROAD)).toBeUndefined()
})

test('of no other country by itself, and the words say which are taken', () => {
  expect(readMobile('+353 87 123 4567', {})).toBeUndefined()
  expect(mobileRule('12', {})).toMatchObject({
    message: '“12” is not a UK mobile number. Write it as 07700 900123 or +44 7700 900123.',
  })
  expect(mobileRule('12', ABROAD)).toMatchObject({
    code: 'not-a-mobile',
    message:
      '“12” is not a mobile number of the United Kingdom, Ireland or France. Write it as 07700 900123 or +44 7700 900123, or one of another country with its code, which begins as in +353.',
  })
})

test('stored ones are shown in groups', () => {
  expect(mobileWords('+447700900123')).toBe('07700 900 123')
  expect(mobileWords('+353871234567')).toBe('+353 87 123 4567')
  expect(mobileWords('what was stored of old')).toBe('what was stored of old')
})

test('a country is known by its name and its letters', () => {
  expect(['Ireland', ' ie ', 'FRANCE', 'Atlantis', ''].map(countryNamed)).toEqual([
    ...['IE', 'IE', 'FR'],
    ...[undefined, undefined],
  ])
  expect(countryName('IE')).toBe('Ireland')
})
