import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { problemWords } from '../../src/uploads/problem-words.ts'

test('every kind of error and warning that a row can have is called by words, not by its code', async () => {
  const codes = new Set<string>()
  const folders = ['src/uploads', 'src/changes/plan', 'src/directory']
  const files = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).map((name) => `${folder}/${name}`)),
  )
  for (const name of files.flat().filter((path) => path.endsWith('.ts'))) {
    const source = await readFile(name, 'utf8')
    for (const [, code] of source.matchAll(/(?:fault|warning)\(\s*'([a-z-]+)'/g)) codes.add(code as string)
    if (/\/(?:plan-problems|row-shape)\.ts$/.test(name))
      for (const [, code] of source.matchAll(/code: '([a-z-]+)'/g)) codes.add(code as string)
  }
  codes.delete('not-in-served-domain') // of a form: no row holds an address of the directory itself
  expect([...codes]).toEqual(expect.arrayContaining(['not-a-mobile', 'unknown-id', 'headings-again']))
  expect([...codes].filter((code) => problemWords(code) === code.replaceAll('-', ' '))).toEqual([])
})
