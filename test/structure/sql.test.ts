import { expect, test } from 'vitest'
import { filesUnder, sourceFiles, textOf } from './repository.ts'

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
  expect(writers).toContain('src/changes/apply/write-accounts.ts')
})

test('a table is written by one part', () => {
  const migrations = filesUnder('src/database/migrations').map(textOf).join('\n')
  const tables = [
    ...new Set([...migrations.matchAll(/^create table (\w+)/gm)].map(([, table = '']) => table)),
  ]
  const writes = /\b(?:insert into|update|delete from)\s+([a-z_]+)(?:\.|\b)(?!\s+(?:of|skip)\b)/g
  const writers = new Map<string, Set<string>>()
  for (const path of sourceFiles().filter(mayHoldSql)) {
    const text = textOf(path).replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '')
    for (const [, table = ''] of text.matchAll(writes)) {
      if (!tables.includes(table)) continue
      writers.set(table, (writers.get(table) ?? new Set()).add(path.split('/')[1] ?? ''))
    }
  }
  expect([...writers.keys()].sort()).toEqual(tables.sort())
  const shared = [...writers].filter(([, parts]) => parts.size > 1)
  expect(shared.map(([table, parts]) => `${table}: ${[...parts].join(', ')}`)).toEqual([])
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

test('no sentence of the engine is of files or uploads: they are one kind of change among others', () => {
  const said =
    /'[^'\n]*\b(?:file|upload|spreadsheet)s?\b[^'\n]*'|`[^`\n]*\b(?:file|upload|spreadsheet)s?\b[^`\n]*`/gi
  const files = sourceFiles().filter((path) => path.startsWith('src/changes/') && !path.endsWith('/kinds.ts'))
  const found = files.flatMap((path) => {
    const text = textOf(path).replaceAll(/^\s*(?:\/\/|\/?\*|import ).*$|sql`[^`]*`/gm, '')
    return [...text.matchAll(said)].map(([words]) => `${path}: ${words}`)
  })
  expect(found.filter((words) => !/: '(?:upload|read-uploads|use-file)'$/.test(words))).toEqual([])
})

test('what is exported as find… takes the actor for whom it looks; what takes a transaction is called otherwise', () => {
  const takesTransaction = /^export (?:async )?function (find[A-Z]\w*)(?:<[^>]*>)?\(\s*tx\b/gm
  const found = sourceFiles().flatMap((path) =>
    [...textOf(path).matchAll(takesTransaction)].map(([, name]) => name),
  )
  expect(found).toEqual([])
  expect(['export function findX(', '  tx: Transaction,'].join('\n')).toMatch(takesTransaction)
})
