import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const { missingEntries, withoutIntegrity } = createRequire(import.meta.url)(
  join(root, 'bin', 'complete-lock-file'),
)

test('the lock file has every platform package that a package in it names', () => {
  expect(missingEntries(lock).map(({ at }: { at: string }) => at)).toEqual([])
})

test('a platform package that is not in the lock file is noticed, with the system its name tells', () => {
  const incomplete = {
    packages: {
      'node_modules/tool': {
        dev: true,
        optionalDependencies: {
          '@tool/linux-x64-musl': '1.2.3',
          'tool-win32-arm64': '1.2.3',
          'tool-darwin-x64': '1.2.3',
        },
      },
      'node_modules/tool/node_modules/tool-darwin-x64': { version: '1.2.3' },
    },
  }
  expect(missingEntries(incomplete)).toEqual([
    {
      at: 'node_modules/@tool/linux-x64-musl',
      entry: { version: '1.2.3', cpu: ['x64'], dev: true, libc: ['musl'], optional: true, os: ['linux'] },
    },
    {
      at: 'node_modules/tool-win32-arm64',
      entry: { version: '1.2.3', cpu: ['arm64'], dev: true, optional: true, os: ['win32'] },
    },
  ])
})

test('the lock file says of every package which bytes it is', () => {
  expect(withoutIntegrity(lock)).toEqual([])
  const [first] = Object.keys(lock.packages).filter((path) => path !== '')
  const { integrity: _, ...bare } = lock.packages[first as string]
  expect(withoutIntegrity({ packages: { '': {}, [first as string]: bare } })).toEqual([first])
})

test('the lock file names no registry', () => {
  const named = Object.entries<{ resolved?: string }>(lock.packages).filter(([, { resolved }]) => resolved)
  expect(named).toEqual([])
})

test('every version in package.json is one version, and the one that is locked', () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest
  for (const [name, version] of Object.entries({
    ...dependencies,
    ...devDependencies,
    ...optionalDependencies,
  })) {
    expect(lock.packages[`node_modules/${name}`], name).toMatchObject({ version })
  }
})
