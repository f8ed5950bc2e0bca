import { expect, test } from 'vitest'
import { SETTINGS } from '../../src/config.ts'
import { sourceFiles, textOf } from './repository.ts'

const documented = [...textOf('docs/configuration.md').matchAll(/^\| `([A-Z_]+)` \| ([^|]*) \|/gm)].map(
  ([, name = '', standard = '']) => ({ name, standard: standard.trim() }),
)

test('every setting is in the table of docs/configuration.md, in the same order, and no other', () => {
  expect(documented.map(({ name }) => name)).toEqual(Object.keys(SETTINGS))
})

test('what the table gives as the value when unset is what the program takes', () => {
  for (const { name, standard } of documented) {
    const schema = SETTINGS[name as keyof typeof SETTINGS]
    const taken = schema.safeParse(undefined).data
    const said = /^`([^`]*)`$/.exec(standard)?.[1]
    expect(said ?? 'none', name).toBe(taken === undefined ? 'none' : String(taken))
  }
})

test('only src/config.ts reads the environment', () => {
  expect(sourceFiles().filter((path) => textOf(path).includes('process.env'))).toEqual(['src/config.ts'])
})
