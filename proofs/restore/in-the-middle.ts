import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Random } from '../../src/demo/random.ts'
import type { ApiClient } from '../support/api-client.ts'
import { dumpHasBegun, TAKE, type Way } from './backups.ts'
import type { Server } from './installed-postgres.ts'
import { localIdOf, peopleFile } from './people.ts'
import type { ServedPortal } from './served-portal.ts'

/** The uploads that a backup is taken in the middle of, and how many rows each has. */
export type Uploads = {
  /** Being applied: a new job title for everybody of RX1. */
  applied: { id: number; rows: number }
  /** Being checked: titles for those of RX2, and as many new people as `creates` says. */
  checked: { id: number; updates: number; creates: number }
  /** Its results are being mailed. */
  mailed: { id: number; rows: number }
}

/** The title that everybody is created with, and the one that the files of a round write. */
export const OLD_TITLE = 'Nurse'
export const NEW_TITLE = 'Matron'

/** For whatever is waited for: a machine may have much else to do. */
export const PATIENCE_MS = 10 * 60_000

const CHUNK_ROWS = 5_000
const MAILED_ROWS = 10

/** Makes people, sends the three files, and takes a backup while all of them are under way. */
export async function backUpInTheMiddle(
  server: Server,
  { api, mail }: ServedPortal,
  { rows, way, chance }: { rows: number; way: Way; chance: Random },
): Promise<Uploads> {
  const others = Math.ceil(rows / 2)
  const creates = Math.ceil(rows / 20)
  await Promise.all([
    take(api, 'RX1', peopleFile('RX1', 1, rows, OLD_TITLE)),
    take(api, 'RX2', peopleFile('RX2', 1, others, OLD_TITLE)),
    take(api, 'RX3', peopleFile('RX3', 1, MAILED_ROWS, OLD_TITLE)),
  ])
  const applied = await send(api, 'RX1', peopleFile('RX1', 1, rows, NEW_TITLE))
  await api.waitFor(applied, ['checked'], PATIENCE_MS)
  const letMailThrough = mail.hold()
  const mailed = await take(api, 'RX3', peopleFile('RX3', 1, MAILED_ROWS, NEW_TITLE))
  await until('a message is being sent', async () => mail.taking() > 0)
  // The apply can't end before this account is let go: one in a chunk that is not the first.
  const held = await holdAccount(server, chance.between(CHUNK_ROWS + 1, rows))
  await api.confirm(applied)
  // Nor the check before this: rows that were read and planned can't be kept yet.
  const heldCheck = await hold(server, 'lock table upload_block in share mode')
  const checked = await send(api, 'RX2', peopleFile('RX2', 1, others + creates, NEW_TITLE))
  await until('rows are applied', async () => (await api.show(applied)).progress.done > 0)
  await until('a file is being checked', () => waitsFor(server, 'upload_block'))
  const backup = server.type(TAKE[way])
  // A dump shows the moment of its beginning, a base backup that of its end: until then nothing may be over.
  if (way === 'base backup') await backup
  else await Promise.race([until('the dump has begun', () => dumpHasBegun(server)), backup])
  await held.letGo()
  await heldCheck.letGo()
  letMailThrough()
  await backup
  return {
    applied: { id: applied, rows },
    checked: { id: checked, updates: others, creates },
    mailed: { id: mailed, rows: MAILED_ROWS },
  }
}

/** Takes a file all the way. */
async function take(api: ApiClient, organisation: string, file: string): Promise<number> {
  const id = await send(api, organisation, file)
  await api.waitFor(id, ['checked'], PATIENCE_MS)
  await api.confirm(id)
  await api.waitFor(id, ['completed'], PATIENCE_MS)
  return id
}

async function send(api: ApiClient, organisation: string, file: string): Promise<number> {
  const upload = await api.send(file, { organisation, mode: 'both', key: crypto.randomUUID() })
  return upload.id
}

/** Keeps an account of RX1 from being written, as somebody would who has begun to change it. */
function holdAccount(server: Server, n: number): Promise<{ letGo(): Promise<void> }> {
  return hold(
    server,
    `select from account where local_id = $1
       and organisation_id = (select id from organisation where code = 'RX1') for update`,
    [localIdOf(n)],
  )
}

/** Holds what a statement locks. */
async function hold(
  server: Server,
  statement: string,
  values: unknown[] = [],
): Promise<{ letGo(): Promise<void> }> {
  const client = new Client(server.urlOf('postgres', 'muster'))
  await client.connect()
  await client.query('begin')
  await client.query(statement, values)
  return { letGo: () => client.end() }
}

async function waitsFor(server: Server, table: string): Promise<boolean> {
  const waiting = await server.query(
    'select from pg_locks where relation = $1::regclass and not granted',
    [table],
    'muster',
  )
  return waiting.length > 0
}

/** @param what is waited for, in words */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await isSo()); await sleep(50)) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`)
  }
}
