import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEmbedded } from '../../src/database/embedded.ts'
import { emptyDatabase, muster, running } from './muster.ts'

let folder: string
let own: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-serve-'))
  await chmod(folder, 0o755) // PostgreSQL is another user when we are root
  own = { MUSTER_DATA_DIR: folder }
})

afterAll(() => rm(folder, { recursive: true }))

test('on its own PostgreSQL: answers, refuses a second portal, lets commands join, and stops with everything', {
  timeout: 120_000,
}, async () => {
  const portal = await running(own, 'serve')
  expect((await fetch(`${portal.address}/readyz`)).status).toBe(200)
  expect((await fetch(portal.address, { redirect: 'manual' })).status).toBeLessThan(400)

  const second = await muster(own, 'serve')
  expect(second).toMatchObject({
    code: 1,
    stdout: '',
    stderr: /^Muster is already running on this data folder/,
  })
  const added = await muster(own, 'organisation', 'add', 'RX1', 'Northbridge')
  expect(added).toMatchObject({ code: 0, stderr: '' })
  expect((await fetch(`${portal.address}/readyz`)).status).toBe(200)

  const { code, stdout } = await portal.stop('SIGINT')
  expect(code).toBe(0)
  expect(stdout).not.toMatch(/"level":[56]0/)
  await using database = await openedAgain()
  expect(database.startedHere).toBe(true)
})

test('goes on when nobody reads any more what it says, and stops with its PostgreSQL', {
  timeout: 120_000,
}, async () => {
  const portal = await running(own, 'serve')
  portal.process.stdout?.destroy()
  portal.process.stderr?.destroy()
  const file = await readFile(join(folder, 'postgresql-18', 'postmaster.pid'), 'utf8')
  process.kill(Number(file.split('\n')[0]), 'SIGKILL') // of which it tells, and then that it stops: two messages
  for (let isBack = false; !isBack; await sleep(100)) {
    const ready = await fetch(`${portal.address}/readyz`).catch(() => undefined)
    const now = await readFile(join(folder, 'postgresql-18', 'postmaster.pid'), 'utf8').catch(() => file)
    isBack = ready?.status === 200 && now !== file
  }
  expect((await portal.stop('SIGTERM')).code).toBe(0)
  await expect(readFile(join(folder, 'postgresql-18', 'postmaster.pid'))).rejects.toThrow('ENOENT')
})

test('a killed portal leaves its PostgreSQL to the next one', { timeout: 120_000 }, async () => {
  const portal = await running(own, 'serve', '--json')
  expect((await portal.stop('SIGKILL')).signal).toBe('SIGKILL')
  const next = await running(own, 'serve')
  expect((await fetch(`${next.address}/readyz`)).status).toBe(200)
  expect(await next.stop()).toMatchObject({ code: 0 })
  await using database = await openedAgain()
  expect(database.startedHere).toBe(true)
})

test('what is under way is answered before it ends; a second signal ends it at once', async () => {
  await using database = await emptyDatabase()
  const settings = { DATABASE_URL: database.url }
  const portal = await running(settings, 'serve', '--web-only')
  const asked = await halfARequest(portal.address)
  const stopping = portal.stop()
  await until(() =>
    fetch(portal.address).then(
      () => false,
      () => true,
    ),
  ) // takes no more
  expect(await asked.finish()).toMatch(/^HTTP\/1\.1 401 /)
  const { code, stderr } = await stopping
  expect(code).toBe(0)
  expect(stderr).toMatch(/^Warning: the user of DATABASE_URL .*\nStopping\.\n$/)

  const next = await running(settings, 'serve', '--web-only')
  await halfARequest(next.address)
  next.stop()
  await sleep(1000)
  expect(await next.stop()).toMatchObject({ code: 143 })
})

test('several processes share a configured database: pages here, jobs there', async () => {
  await using database = await emptyDatabase()
  const settings = { DATABASE_URL: database.url }
  const web = await running(settings, 'serve', '--web-only')
  const worker = await running(settings, 'serve', '--worker-only')
  const both = await running(settings, 'serve')
  expect(worker.address).toBe('')
  expect((await fetch(`${both.address}/livez`)).status).toBe(200)
  const ended = await Promise.all([web.stop(), worker.stop(), both.stop()])
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(await muster(settings, 'serve', '--web-only', '--worker-only')).toMatchObject({
    code: 1,
    stderr: /cannot be used/,
  })
})

test('a port that is taken is named, with what to do', async () => {
  await using database = await emptyDatabase()
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const ended = await muster({ DATABASE_URL: database.url, PORT: String(port) }, 'serve')
  taken.close()
  expect(ended).toMatchObject({
    code: 1,
    stderr: `Port ${port} is in use by another program. Stop that one, or choose another port, such as PORT=${port + 1}.\n`,
  })
})

test('what is asked is logged without whom it is about', async () => {
  await using database = await emptyDatabase()
  const portal = await running({ DATABASE_URL: database.url }, 'serve')
  await fetch(`${portal.address}/api/v1/accounts?search=Siobhan`, {
    headers: { authorization: 'Bearer muster_secret' },
  })
  await fetch(`${portal.address}/accounts/Siobhan?x=Siobhan`)
  await fetch(`${portal.address}/no/Siobhan`)
  const { stdout } = await portal.stop()
  expect(stdout).toMatch(/"method":"GET","route":"\/api\/v1\/accounts","status":401,"ms":\d+/)
  expect(stdout).not.toMatch(/siobhan|secret/i)
})

test('start fills an empty database with the demo once, and says whom to sign in as', {
  timeout: 120_000,
}, async () => {
  await using database = await emptyDatabase()
  const settings = { DATABASE_URL: database.url }
  const first = await running(settings, 'start')
  await until(() => first.stdout().includes('Ctrl-C'))
  const said = first.stdout()
  expect(said).toMatch(/sam@northmoor\.example +Local Administrator, ZN1\n/)
  expect(said).toMatch(/Three steps to try:\n/)
  const token = /^ {2}(muster_\S+)$/m.exec(said)?.[1] as string
  const mine = { MUSTER_URL: first.address, MUSTER_TOKEN: token }
  const exported = await muster(mine, 'export', '--organisation', 'ZN1', '-o', '-')
  expect(exported.stdout.split('\r\n').length).toBeGreaterThan(1000)
  expect(await first.stop()).toMatchObject({ code: 0 })

  const second = await running(settings, 'start', '--json')
  expect(await second.stop()).toMatchObject({ code: 0, stdout: expect.stringContaining(token) })
  expect(await muster(settings, 'demo')).toMatchObject({ code: 0, stdout: expect.stringContaining(token) })
})

async function openedAgain() {
  const embedded = await openEmbedded({ dataDir: folder })
  return { startedHere: embedded.startedHere, [Symbol.asyncDispose]: () => embedded.stop() }
}

/** A request of whose body the last byte is still to be sent. */
async function halfARequest(address: string): Promise<{ finish(): Promise<string> }> {
  const { hostname, port, host } = new URL(address)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(
    `POST /api/v1/uploads HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\nContent-Type: text/csv\r\n\r\na`,
  )
  await sleep(200)
  return {
    finish: async () => {
      socket.write('b')
      return String((await once(socket, 'data'))[0])
    },
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20)
}
