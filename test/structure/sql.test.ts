import { expect, test } from 'vitest'
import { sourceFiles, textOf } from './repository.ts'

// SQL has homes: whole folders whose matter it is, and files that say so by their names.
const FOLDERS = ['src/database/', 'src/queue/', 'src/reports/']
const NAMES =
  /\/(?:store(?:-[a-z-]+)?|find-[a-z-]+|write-[a-z-]+|[a-z-]+-sql)\.ts$|\/changes\/(?:change|status)\.ts$/
const SPEAKS_SQL = /from 'sql-template-tag'|\.query\(/

test('SQL stands only where it belongs', () => {
  const elsewhere = sourceFiles().filter((path) => SPEAKS_SQL.test(textOf(path)) && !mayHoldSql(path))
  expect(elsewhere).toEqual([])
  expect(mayHoldSql('src/uploads/check.ts')).toBe(false)
})

test('accounts and their addresses are written in src/changes alone', () => {
  const writes = /\b(?:insert into|update|delete from)\s+(?:account|address)\b/i
  const writers = sourceFiles().filter((path) => writes.test(textOf(path)))
  expect(writers.filter((path) => !path.startsWith('src/changes/'))).toEqual([])
  expect(writers).toContain('src/changes/write-accounts.ts')
})

test('no value is written into the text of a statement', () => {
  // Only constants of the code and numbers made sure of: a value would no longer be a parameter.
  const interpolated = /\.query(?:<[^>]*>)?\(\s*(?:`[^`]*\$\{(?!Number\(|[A-Z_]+\})|'[^']*'\s*\+)/
  expect(sourceFiles().filter((path) => interpolated.test(textOf(path)))).toEqual([])
  expect(['client.query(`select $', '{name}`)'].join('')).toMatch(interpolated)
})

function mayHoldSql(path: string): boolean {
  return NAMES.test(path) || FOLDERS.some((folder) => path.startsWith(folder))
}
