import { stripTypeScriptTypes } from 'node:module'
import { expect, test } from 'vitest'
import { filesUnder, textOf } from './repository.ts'

// Muster runs as it is written: Node takes the types away by itself, and reads a little less than the compiler and the
// tests do. `for (const of of [one])` is such a line.

test('Node reads every file without its types', () => {
  expect(filesUnder('src').filter((path) => path.endsWith('.ts') && !isRead(textOf(path)))).toEqual([])
})

test('a file that it doesn’t read is known as such', () => {
  expect(isRead('for (const one of all as string[]) one')).toBe(true)
  expect(isRead('for (const of of [one]) of')).toBe(false)
})

function isRead(source: string): boolean {
  try {
    stripTypeScriptTypes(source)
    return true
  } catch {
    return false
  }
}
