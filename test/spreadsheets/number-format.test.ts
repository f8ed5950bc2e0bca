import { expect, test } from 'vitest'
import { BUILT_IN_FORMATS, numberFormat } from '../../src/spreadsheets/number-format.ts'

test.each<[number, string]>([
  [1, '1'],
  [0.1 + 0.2, '0.3'],
  [1 / 3, '0.333333333'],
  [1234.56789012, '1234.56789'],
  [123456789012345, '123456789012345'],
  [1_234_567_890_123_456, '1.23457E+15'],
  [-5.5, '-5.5'],
  [1e-5, '0.00001'],
  [1.23456789e-5, '1.23457E-05'],
  [1e20, '1E+20'],
  [-0, '0'],
])('%d without a format is %s', (value, shown) => {
  expect(numberFormat('General', false)(value)).toBe(shown)
  expect(numberFormat('@', false)(value)).toBe(shown)
})

test.each<[string, number, string]>([
  ['0', 7.5, '8'],
  ['0.00', 1.005, '1.01'],
  ['00000000', 10234, '00010234'],
  ['#,##0', 1234567, '1,234,567'],
  ['#,##0.00', -1234.5, '-1,234.50'],
  ['0%', 0.125, '13%'],
  ['0.00%', 0.12345, '12.35%'],
  ['0.00E+00', 12345, '1.23E+04'],
  ['##0.0E+0', 12345, '12.3E+3'],
  ['# ?/?', 2.25, '2 1/4'],
  ['# ??/??', 0.3, '3/10'],
  ['000-00-0000', 123456789, '123-45-6789'],
  ['"ID-"0000', 42, 'ID-0042'],
  ['0.##', 1.5, '1.5'],
  ['0.##', 1, '1.'],
  ['#', 0, ''],
  ['#,##0,', 1234567, '1,235'],
  ['0;(0)', -5, '(5)'],
  ['0;(0);"zero"', 0, 'zero'],
  ['[Red]0;[Blue]-0', -3, '-3'],
  ['[>100]"big";0', 101, 'big'],
  ['[>100]"big";0', 5, '5'],
  ['0;;', -5, ''],
  ['[$£-809]#,##0.00', 1234.5, '£1,234.50'],
  ['_-* #,##0_-', 5, ' 5 '],
  ['#,##0', 123, '123'],
  ['0,000', 5, '0,005'],
  ['+44 0000 000000', 7700900123, '+44 7700 900123'],
  ['00000 000000', 7700900123, '07700 900123'],
  ['0.0', -0.04, '0.0'],
  ['\\0@', 5, '05'],
  [BUILT_IN_FORMATS[44] as string, 0, '-  '],
  [';;;', 5, ''],
  ['General;-General', 5, '5'],
])('%s of %d is %s', (code, value, shown) => {
  expect(numberFormat(code, false)(value)).toBe(shown)
})

test.each<[string, number, string]>([
  ['dd/mm/yyyy', 45292, '01/01/2024'],
  ['d-mmm-yy', 45292.5, '1-Jan-24'],
  ['hh:mm', 0.5, '12:00'],
  ['h:mm AM/PM', 0.75, '6:00 PM'],
  ['[h]:mm:ss', 1.5, '36:00:00'],
  ['mm:ss.0', 0.000011574, '00:01.0'],
  ['yyyy-mm-dd hh:mm:ss', 45292.999999, '2024-01-02 00:00:00'],
  ['dddd, d mmmm yyyy', 45292, 'Monday, 1 January 2024'],
  ['dd/mm/yyyy', 60, '29/02/1900'],
  ['dd/mm/yyyy', 1, '01/01/1900'],
  ['dd/mm/yyyy', 0, '00/01/1900'],
  ['dd/mm/yyyy', -1, '########'],
  ['[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy', 45292, 'Monday, January 01, 2024'],
  ['mmm-yy', 45292, 'Jan-24'],
  ['d.m.yyyy;@', 45292, '1.1.2024'],
  ['yyyy\\-mm\\-dd;@', 45292, '2024-01-01'],
  ['[$-409]d\\ mmm\\ yyyy', 45292, '1 Jan 2024'],
  ['h:mm:ss.000', 0.5 + 1.5 / 86400, '12:00:01.500'],
  ['mmmmm', 45292, 'J'],
])('%s of the day %d is %s', (code, value, shown) => {
  expect(numberFormat(code, false)(value)).toBe(shown)
})

test('days that are counted from 1904', () => {
  expect(numberFormat('dd/mm/yyyy', true)(43830)).toBe('01/01/2024')
})

test('every format that has a number alone shows every number', () => {
  for (const code of Object.values(BUILT_IN_FORMATS))
    for (const value of [0, 1, 0.5, 45292.75, 1e15, 1e-7])
      expect(numberFormat(code, false)(value)).not.toBe('')
})
