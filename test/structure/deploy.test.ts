import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SETTINGS } from '../../src/config.ts'
import { LOGIN_ROLE } from '../../src/database/login.ts'
import { filesUnder, root, textOf } from './repository.ts'

// The reader of YAML that the API's own description is written with.
const { parse } = createRequire(createRequire(import.meta.url).resolve('@fastify/swagger'))('yaml')

const UNITS = filesUnder('deploy').filter((path) => path.endsWith('.service'))
const DOCKERFILE = 'deploy/Dockerfile'
const compose = parse(textOf('deploy/compose.yaml'), { merge: true })
const { postgres, ...muster } = compose.services

test('every setting that is named in deploy/ is one', () => {
  const named = [
    ...UNITS.flatMap((unit) => linesOf(unit, /^Environment=(\w+)=/)),
    ...linesOf('deploy/muster.env.example', /^(?:# )?([A-Z_]+)=/),
    ...linesOf(DOCKERFILE, /^ENV (.+)$/).flatMap((line) => line.match(/\w+(?==)/g) ?? []),
    ...Object.values<{ environment: object }>(muster).flatMap((service) => Object.keys(service.environment)),
  ]
  expect(named.filter((name) => !(name in SETTINGS) && name !== 'NODE_ENV')).toEqual([])
  expect(new Set(named).size).toBeGreaterThan(8)
})

test('what the units and the services start is there', () => {
  const started = [
    ...UNITS.flatMap((unit) => linesOf(unit, /^ExecStart=\/opt\/muster\/(.+)$/)),
    ...Object.values<{ command: string[] }>(muster).map(({ command }) => `bin/muster ${command.join(' ')}`),
  ]
  expect(started).toHaveLength(UNITS.length + Object.keys(muster).length)
  for (const line of started) {
    const [program = '', command, ...options] = line.split(' ')
    expect(existsSync(join(root, program)), line).toBe(true)
    const source = textOf(`src/cli/commands/${command}.ts`)
    for (const option of options) expect(source).toContain(`'${option}'`)
  }
})

test('the image holds what is there, and nothing but that', () => {
  const copied = linesOf(DOCKERFILE, /^COPY (.+) \S+$/).flatMap((sources) => sources.split(' '))
  const letIn = linesOf('deploy/Dockerfile.dockerignore', /^!(.+)$/)
  expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([])
  expect(letIn.sort()).toEqual(copied.sort())
  const [build] = Object.values<{ build: { context: string; dockerfile: string } }>(muster).map(
    (one) => one.build,
  )
  expect(join('deploy', build?.context ?? '', build?.dockerfile ?? '')).toBe(DOCKERFILE)
})

test('whoever stops Muster waits longer than it takes', () => {
  const patience = SETTINGS.DRAIN_SECONDS.safeParse(undefined).data as number
  const waits = [
    ...UNITS.flatMap((unit) => linesOf(unit, /^TimeoutStopSec=(\d+)$/)),
    ...Object.values<{ stop_grace_period: string }>(muster).map((one) => one.stop_grace_period),
  ].map((text) => Number.parseInt(text, 10))
  expect(waits).toHaveLength(UNITS.length + Object.keys(muster).length)
  expect(Math.min(...waits)).toBeGreaterThan(patience)
  expect(UNITS.filter((unit) => !textOf(unit).includes('\nKillMode=mixed\n'))).toEqual([])
  expect(postgres.healthcheck.test).toContain('pg_isready')
})

test('of the services only the one that migrates is given the owner’s password', () => {
  const { migrate, ...serving } = muster
  const owner = postgres.environment.POSTGRES_USER
  expect(new URL(migrate.environment.MIGRATION_DATABASE_URL.replace(/\$\{[^}]*\}/, 'x')).username).toBe(owner)
  expect(JSON.stringify(serving)).not.toContain('POSTGRES_PASSWORD')
  for (const { environment, command } of [migrate, ...Object.values<typeof migrate>(serving)]) {
    const { username, password } = new URL(environment.DATABASE_URL.replace(/\$\{[^}]*\}/, 'x'))
    expect({ username, password }, command.join(' ')).toEqual({ username: LOGIN_ROLE, password: 'x' })
  }
})

/** What a pattern catches in each of a file's lines that it fits. */
function linesOf(path: string, pattern: RegExp): string[] {
  return textOf(path)
    .split('\n')
    .flatMap((line) => pattern.exec(line)?.[1] ?? [])
}
