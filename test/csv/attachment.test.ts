import { describe, expect, test } from 'vitest'
import { attachment } from '../../src/csv/attachment.ts'

describe('the header that names a file', () => {
  test.each([
    ['people results.csv', 'attachment; filename="people results.csv"'],
    ['März.csv', `attachment; filename="M?rz.csv"; filename*=UTF-8''M%C3%A4rz.csv`],
    [
      '50%25 “off” (2).csv',
      `attachment; filename="50%25 ?off? (2).csv"; filename*=UTF-8''50%2525%20%E2%80%9Coff%E2%80%9D%20%282%29.csv`,
    ],
    ['a"; b="c.csv', 'attachment; filename="a\\"; b=\\"c.csv"'],
    ['a\r\nSet-Cookie: b.csv', 'attachment; filename="a--Set-Cookie: b.csv"'],
    ['../..\\a.csv', 'attachment; filename=..-..-a.csv'],
    ['exe\u202Evsc.csv', 'attachment; filename=exe-vsc.csv'],
    ['\ud83d.csv', `attachment; filename="?.csv"; filename*=UTF-8''%EF%BF%BD.csv`],
  ])('%j', (filename, header) => {
    expect(attachment(filename)).toBe(header)
  })
})
