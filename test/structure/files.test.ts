import { expect, test } from 'vitest'
import { filesUnder, sourceFiles, textOf } from './repository.ts'

const CODE = ['src', 'test', 'bench', 'proofs', 'bin', 'examples']
const VAGUE = /^(utils?|utilit(y|ies)|helpers?|common|shared|lib|misc|services?|managers?|stuff|base)$/

test('no file is longer than a person reads at once', () => {
  const tooLong = CODE.flatMap(filesUnder)
    .filter((path) => !/\.(csv|png|bin)$/.test(path) && !path.startsWith('src/web/assets/'))
    .map((path) => ({ path, lines: textOf(path).split('\n').length - 1, most: mostLines(path) }))
    .filter(({ lines, most }) => lines > most)
    .map(({ path, lines, most }) => `${path}: ${lines} of at most ${most} lines`)
  expect(tooLong).toEqual([])
})

test('names of files and folders are in kebab-case and say what is in them', () => {
  const paths = CODE.flatMap(filesUnder)
  expect(paths.filter((path) => !isWellNamed(path))).toEqual([])
  expect(
    ['src/string-utils.ts', 'src/lib/x.ts', 'src/userStore.ts', 'src/services/x.ts'].filter(isWellNamed),
  ).toEqual([])
})

test('what is exported says what it is, by its own name and from its own file', () => {
  const vague = /^export (?:async )?(?:function\*?|const|class|type) \w*(?:Util|Helper|Service|Manager)s?\b/m
  const indirect = /^export (?:default|\*|\{)/m
  expect(sourceFiles().filter((path) => vague.test(textOf(path)))).toEqual([])
  expect(sourceFiles().filter((path) => indirect.test(textOf(path)))).toEqual([])
})

test('nothing was left for later without a word why', () => {
  const left = /\b(?:TODO|FIXME|XXX)\b|\.only\(|@ts-ignore|@ts-expect-error(?! \S)/
  const self = 'test/structure/files.test.ts'
  expect(
    CODE.flatMap(filesUnder).filter(
      (path) => path.endsWith('.ts') && path !== self && left.test(textOf(path)),
    ),
  ).toEqual([])
})

function mostLines(path: string): number {
  return path.startsWith('test/') ? 400 : 300
}

// A part such as `common` may stand in a name that says more: `common-passwords`. It may not be the whole of it, nor
// its last word.
function isWellNamed(path: string): boolean {
  return path.split('/').every((segment) => {
    const name = segment.replace(/^\./, '').replace(/(\.test|\.bench)?\.[a-z0-9]+$/, '')
    return (
      /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) &&
      !VAGUE.test(name) &&
      !VAGUE.test(name.split('-').at(-1) ?? '')
    )
  })
}
