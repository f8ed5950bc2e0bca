import { dirname, join } from 'node:path/posix'
import { expect, test } from 'vitest'
import { sourceFiles, textOf } from './repository.ts'

// A part may import what stands in its own line or further down, never upwards; types are no exception.
const LINES = [
  ['cli'],
  ['server'],
  ['web', 'api', 'worker', 'demo'],
  ['uploads', 'edits', 'actions', 'transfers', 'lifecycle', 'reports', 'duplicates'],
  ['results'],
  ['changes'],
  ['directory'],
  ['access'],
  ['portal'],
  [
    'database',
    'queue',
    'mail',
    'csv',
    'spreadsheets',
    'flow',
    'config',
    'log',
    'clock',
    'errors',
    'identity-providers',
    'plain-text',
    'secret',
    'loopback',
    'request-body',
    'roles',
    'words',
  ],
]

const DOORS = new Set(['web', 'api', 'worker', 'demo'])

type Import = { from: string; to: string }

test('every file of src belongs to a part', () => {
  expect(sourceFiles().filter((file) => lineOf(file) < 0)).toEqual([])
})

test('imports go downwards only', () => {
  expect(importsOfSource().filter(goesUpwards).map(asText)).toEqual([])
})

test('no door imports another door', () => {
  expect(importsOfSource().filter(joinsDoors).map(asText)).toEqual([])
})

test('no file reaches itself through its imports', () => {
  expect(findCycle(importsOfSource())).toEqual([])
})

test('no part reaches itself through its imports', () => {
  const between = importsOfSource().map(({ from, to }) => ({ from: partOf(from), to: partOf(to) }))
  expect(findCycle(between.filter(({ from, to }) => from !== to))).toEqual([])
})

test('only the program’s own entry, and what bin/make-examples runs, are nobody’s import', () => {
  const imported = new Set(importsOfSource().map(({ to }) => to))
  expect(sourceFiles().filter((file) => !imported.has(file))).toEqual([
    'src/cli/main.ts',
    'src/demo/examples.ts',
  ])
})

test('the rules above find what breaks them', () => {
  const text =
    "import type {\n  A,\n} from '../web/a.ts'\nexport { b } from './b.ts'\nawait import('../c.ts')\nimport './d.ts'"
  expect(importsOf('src/changes/x.ts', text).map(({ to }) => to)).toEqual([
    'src/web/a.ts',
    'src/changes/b.ts',
    'src/c.ts',
    'src/changes/d.ts',
  ])
  expect(goesUpwards({ from: 'src/changes/x.ts', to: 'src/uploads/y.ts' })).toBe(true)
  expect(goesUpwards({ from: 'src/changes/x.ts', to: 'src/portal.ts' })).toBe(false)
  expect(joinsDoors({ from: 'src/web/x.ts', to: 'src/api/y.ts' })).toBe(true)
  expect(joinsDoors({ from: 'src/cli/x.ts', to: 'src/api/y.ts' })).toBe(false)
  const circle = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
    { from: 'c', to: 'b' },
  ]
  expect(findCycle(circle)).toEqual(['b', 'c', 'b'])
})

function importsOfSource(): Import[] {
  return sourceFiles().flatMap((file) => importsOf(file, textOf(file)))
}

function importsOf(from: string, text: string): Import[] {
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path = '']) => ({
    from,
    to: join(dirname(from), path),
  }))
}

// src/portal.ts is a part as the folder src/uploads is.
function partOf(file: string): string {
  return (file.split('/')[1] ?? '').replace(/\.ts$/, '')
}

function lineOf(file: string): number {
  return LINES.findIndex((parts) => parts.includes(partOf(file)))
}

function goesUpwards({ from, to }: Import): boolean {
  return lineOf(to) < lineOf(from)
}

function joinsDoors({ from, to }: Import): boolean {
  return partOf(from) !== partOf(to) && DOORS.has(partOf(from)) && DOORS.has(partOf(to))
}

/** The way round of the first circle found; empty when there is none. */
function findCycle(imports: readonly Import[]): string[] {
  const next = Map.groupBy(imports, ({ from }) => from)
  const done = new Set<string>()
  for (const start of next.keys()) {
    const circle = walk(start, [])
    if (circle.length > 0) return circle
  }
  return []

  function walk(at: string, path: string[]): string[] {
    const before = path.indexOf(at)
    if (before >= 0) return [...path.slice(before), at]
    if (done.has(at)) return []
    for (const { to } of next.get(at) ?? []) {
      const circle = walk(to, [...path, at])
      if (circle.length > 0) return circle
    }
    done.add(at)
    return []
  }
}

function asText({ from, to }: Import): string {
  return `${from} imports ${to}`
}
