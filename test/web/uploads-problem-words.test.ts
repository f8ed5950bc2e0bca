import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { problemWords } from '../../src/web/uploads/problem-words.ts'

test('every kind of error and warning that a row can have is called by words, not by its code', async () => {
  const codes = new Set<string>()
  for (const name of await readdir('src/uploads')) {
    const source = await readFile(`src/uploads/${name}`, 'utf8')
    for (const [, code] of source.matchAll(/(?:fault|warning)\(\s*'([a-z-]+)'/g)) codes.add(code as string)
    if (name === 'plan-changes.ts' || name === 'row-shape.ts')
      for (const [, code] of source.matchAll(/code: '([a-z-]+)'/g)) codes.add(code as string)
  }
  expect([...codes]).toEqual(expect.arrayContaining(['not-a-mobile', 'unknown-id', 'headings-again']))
  expect([...codes].filter((code) => problemWords(code) === code.replaceAll('-', ' '))).toEqual([])
})
