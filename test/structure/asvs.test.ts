import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, textOf } from './repository.ts'

// The levels of ASVS 5.0.0, section by section: the first digit of 1.2 is the level of 1.2.1.
const LEVELS: Record<string, string> = Object.fromEntries(
  `1.1 22, 1.2 1111122223, 1.3 112222222223, 1.4 222, 1.5 123, 2.1 122, 2.2 112, 2.3 12223, 2.4 23, 3.1 3, 3.2 113,
  3.3 12223, 3.4 11222233, 3.5 11122333, 3.6 3, 3.7 22333, 4.1 12233, 4.2 23333, 4.3 22, 4.4 1222, 5.1 2, 5.2 112333,
  5.3 113, 5.4 222, 6.1 122, 6.2 111111112222, 6.3 11223333, 6.4 112233, 6.5 22222333, 6.6 2223, 6.7 33, 6.8 2222,
  7.1 222, 7.2 1111, 7.3 22, 7.4 11222, 7.5 223, 7.6 22, 8.1 1233, 8.2 1123, 8.3 133, 8.4 23, 9.1 111, 9.2 1222,
  10.1 22, 10.2 223, 10.3 22223, 10.4 1111122222233333, 10.5 22222, 10.6 22, 10.7 222, 11.1 2233, 11.2 22233,
  11.3 11233, 11.4 1222, 11.5 23, 11.6 23, 11.7 33, 12.1 12233, 12.2 11, 12.3 22223, 13.1 2333, 13.2 222223,
  13.3 2233, 13.4 1222233, 14.1 22, 14.2 12223333, 14.3 122, 15.1 12233, 15.2 12233, 15.3 1222222, 15.4 3333, 16.1 2,
  16.2 22222, 16.3 2222, 16.4 222, 16.5 2223, 17.1 23, 17.2 22223333, 17.3 22`
    .split(/,\s*/)
    .flatMap((section) => {
      const [number, levels = ''] = section.split(' ')
      return [...levels].map((level, at) => [`${number}.${at + 1}`, level])
    }),
)

const STATES = ['met', 'not applicable', 'open'] as const

type Requirement = { number: string; level: string; state: string; by: string }

const DOCUMENT = textOf('docs/asvs.md')
const REQUIREMENTS = requirementsIn(DOCUMENT)

test('every requirement of levels 1 and 2 stands there once, under its own level', () => {
  const asked = Object.entries(LEVELS)
  expect(['1', '2', '3'].map((level) => asked.filter(([, of]) => of === level).length)).toEqual([70, 183, 92])
  const numbers = REQUIREMENTS.map(({ number }) => number)
  expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([])
  expect(asked.filter(([number, level]) => level !== '3' && !numbers.includes(number))).toEqual([])
  expect(REQUIREMENTS.filter(({ number, level }) => LEVELS[number] !== level)).toEqual([])
})

test('every requirement is met by something, not applicable for a reason, or open until something', () => {
  expect(REQUIREMENTS.filter((it) => !isAnswered(it))).toEqual([])
  const answered = { number: '1.1.1', level: '2', state: 'open', by: 'Until 0.3.' }
  expect(isAnswered(answered)).toBe(true)
  expect(
    [{ by: 'Later.' }, { state: 'met' }, { state: 'done' }].map((it) => isAnswered({ ...answered, ...it })),
  ).toEqual([false, false, false])
})

test('every test that is named is there, by its file and its words', () => {
  expect(REQUIREMENTS.flatMap(({ by }) => namedIn(by)).filter((named) => !isTest(named))).toEqual([])
  const [named] = namedIn(
    'A: `test/structure/asvs.test.ts`: “every test that is named is there, by its file and its words”',
  )
  expect(named).toBeDefined()
  expect(isTest(named as Named)).toBe(true)
  expect(isTest({ ...(named as Named), title: 'every test that was named' })).toBe(false)
  expect(isTest({ ...(named as Named), file: 'test/structure/asvs-of-old.test.ts' })).toBe(false)
})

test('every mention of a test says which of its file', () => {
  const [mentions, named] = [/`test\/[\w./-]+`/g, /`test\/[\w./-]+\.test\.ts`: “/g].map(
    (it) => DOCUMENT.match(it)?.length,
  )
  expect(named).toBe(mentions && mentions - 1) // but for the one of this file, in the head
})

test('the summary counts them', () => {
  const counted = ['1', '2', '3'].map((level) => {
    const ofLevel = REQUIREMENTS.filter((it) => it.level === level)
    const counts = STATES.map((state) => ofLevel.filter((it) => it.state === state).length)
    return `| ${level === '3' ? '3, chosen' : level} | ${[...counts, ofLevel.length].join(' | ')} |`
  })
  expect(DOCUMENT.match(/^\| (?:1|2|3, chosen) \| \d.*$/gm)).toEqual(counted)
})

function requirementsIn(document: string): Requirement[] {
  return [...document.matchAll(/^\| (\d+\.\d+\.\d+) \| (\d) \| [^|]+ \| ([^|]+) \| (.+) \|$/gm)].map(
    ([, number = '', level = '', state = '', by = '']) => ({ number, level, state, by }),
  )
}

function isAnswered({ state, by }: Requirement): boolean {
  if (state === 'met') return /`[\w./-]+\.\w+`|\]\([\w./#-]+\)/.test(by)
  if (state === 'open') return /^Until 0\.\d\b/.test(by)
  return state === 'not applicable' && by.length > 10
}

type Named = { file: string; title: string }

/** `file.test.ts`: “title”, “another title” */
function namedIn(by: string): Named[] {
  return [...by.matchAll(/`(test\/[\w./-]+\.test\.ts)`: ((?:“[^”]+”(?:, )?)+)/g)].flatMap(
    ([, file = '', titles = '']) =>
      [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => ({ file, title })),
  )
}

function isTest({ file, title }: Named): boolean {
  if (!existsSync(join(root, file))) return false
  const titles = textOf(file).matchAll(
    /(?:\b(?:test|it|describe)|\))\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1\s*,/g,
  )
  return [...titles].some(([, , words]) => words === title)
}
