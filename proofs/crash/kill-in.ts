import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Random } from '../../src/demo/random.ts'
import type { ServingProcess } from './serving-process.ts'
import type { SlowMailServer } from './slow-mail-server.ts'

/** Where a process is killed. */
export const STAGES = [
  'check',
  'apply',
  'mailing',
  'apply, PostgreSQL too',
  'apply, PostgreSQL alone',
] as const

export type Stage = (typeof STAGES)[number]

export type Directory = {
  muster: ServingProcess
  mail: SlowMailServer
  token: string
  people: number
  /**
   * The database, past the portal's own code, and PostgreSQL's own process, to be killed. Asked while the portal runs,
   * and anew in each round: whoever leaves the server last stops it, and a killed one comes back as another process.
   */
  findDatabase: () => Promise<Database>
}

export type Database = { url: string; postmaster: number }

/** How far an upload has come, as its tables say. */
type Progress = { status: string; read: number; mark: number; last: number }

// Looks are frequent, and the chance is spread over what lies between two steps: a batch, a chunk, a message.
const STEP_MS: Record<Stage, number> = {
  check: 150,
  apply: 200,
  'apply, PostgreSQL too': 200,
  'apply, PostgreSQL alone': 200,
  mailing: 600,
}

/**
 * Waits until an upload has come so far into a stage as chance says, kills the portal with SIGKILL (where the stage says so
 * PostgreSQL first, under the running portal, or alone), looks where that was, and starts it again.
 * @returns where it was, for the tally: a kill that came too late isn't counted as one in the middle
 */
export async function killIn(
  { muster, mail, people }: Directory,
  database: Database,
  chance: Random,
  id: number,
  stage: Stage,
): Promise<string> {
  const client = new Client(database.url)
  client.on('error', () => {}) // PostgreSQL is killed under it
  await client.connect()
  const far = chance.between(0, Math.floor(people * 0.6))
  for (const end = Date.now() + 60_000; !hasCome(await progressOf(client, id)) && Date.now() < end; )
    await sleep(5)
  await sleep(chance.between(0, STEP_MS[stage]))
  const wasTaking = mail.taking() > 0
  let progress = await progressOf(client, id)
  if (stage.includes('PostgreSQL')) {
    process.kill(database.postmaster, 'SIGKILL')
    await sleep(chance.between(0, 500)) // the portal goes on alone for a while, and starts it again
  }
  if (stage !== 'apply, PostgreSQL alone') await muster.kill()
  if (!stage.includes('PostgreSQL')) progress = await progressOf(client, id)
  await client.end().catch(() => {})
  if (stage !== 'apply, PostgreSQL alone') await muster.start()
  const also = stage.split(',')[1]
  return `${stage === 'mailing' && wasTaking ? 'while a message is sent' : placeOf(progress)}${also ? `,${also}` : ''}`

  function hasCome({ status, read, mark }: Progress): boolean {
    if (stage === 'mailing') return mail.taking() > 0
    if (stage === 'check') return status !== 'checking' || read >= far
    return !['checked', 'queued', 'applying'].includes(status) || (status === 'applying' && mark >= far)
  }
}

function placeOf({ status, read, mark, last }: Progress): string {
  if (status === 'checking') return read === 0 ? 'before a check' : 'in a check'
  if (status !== 'applying') return `once an upload was ${status}`
  if (mark === 1) return 'in the first chunk of an apply'
  return mark < last ? 'in a later chunk of an apply' : 'after the last chunk of an apply'
}

async function progressOf(client: Client, id: number): Promise<Progress> {
  const { rows } = await client.query(
    `select s.status, u.rows_read as read, s.mark, s.last_row as last
     from change_set s join upload u on u.id = s.id where s.id = $1`,
    [id],
  )
  return rows[0]
}
