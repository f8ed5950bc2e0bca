import { analyse } from 'scslre'
import { expect, test } from 'vitest'
import { parseAst } from 'vitest/node'
import { filesUnder, textOf } from './repository.ts'

// Any of them may meet what somebody typed or sent. One that goes back over what it has read takes, for twice the
// text, four times as long: a long cell or search would hold up everybody.

test('no regular expression takes longer than its text is long', () => {
  const found = sources().flatMap((path) => regularExpressions(path).filter(isSlow).map(String))
  expect(found).toEqual([])
})

test('a slow one is known as such', () => {
  const slow = [/[),;]+$/, /^(a+)+$/, /^\s*(.+?)\s*$/]
  expect(slow.filter(isSlow)).toEqual(slow)
  expect(isSlow(/(?<![),;])[),;]+$/)).toBe(false)
})

test('those that are put together, which this doesn’t see, are where their text is short', () => {
  const together = sources().filter((path) => textOf(path).includes('new RegExp('))
  expect(together).toEqual([])
})

function sources(): string[] {
  return [...filesUnder('src'), ...filesUnder('bin')].filter((path) => /\.[jt]s$/.test(path))
}

function regularExpressions(path: string): RegExp[] {
  const found: RegExp[] = []
  JSON.stringify(parseAst(textOf(path), { lang: path.endsWith('ts') ? 'ts' : 'js' }), (_key, node) => {
    if (node?.regex) found.push(new RegExp(node.regex.pattern, node.regex.flags))
    return typeof node === 'bigint' ? String(node) : node
  })
  return found
}

function isSlow(expression: RegExp): boolean {
  return analyse(expression).reports.length > 0
}
