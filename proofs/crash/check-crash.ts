import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Random } from '../../src/demo/random.ts'
import { type Directory, killIn, type Stage } from './kill-in.ts'

type Upload = {
  id: number
  status: string
  counts: Record<string, number>
  results: Record<string, number>
  reason: unknown
}

/** Creates the people that every round changes. */
export async function createPeople(directory: Directory): Promise<void> {
  const lines = Array.from(
    { length: directory.people },
    (_, n) => `L${n},Sam,${letters(n)},07700 900${String(n % 1000).padStart(3, '0')}`,
  )
  const { id } = await send(directory, ['LocalID,FirstName,LastName,Mobile', ...lines].join('\n'), 'create')
  await ends(directory, id, 'checked')
  await call(directory, `/uploads/${id}/confirmation`, { method: 'POST' })
  await ends(directory, id, 'completed')
  await arrives(directory, id)
}

/**
 * One round: a file that changes everyone, the portal killed in the middle of a stage and started again; then everything
 * has ended as if nothing had happened.
 * @param round counts from 1: each person has been changed so many times when it is over
 */
export async function checkCrash(
  directory: Directory,
  chance: Random,
  round: number,
  stage: Stage,
): Promise<Record<string, number>> {
  const lines = Array.from({ length: directory.people }, (_, n) => `L${n},Round ${round}`)
  const database = await directory.findDatabase()
  const { id } = await send(directory, ['LocalID,JobTitle', ...lines].join('\n'), 'update')
  const kill = () => killIn(directory, database, chance, id, stage)
  let place = stage === 'check' ? await kill() : ''
  await ends(directory, id, 'checked')
  await call(directory, `/uploads/${id}/confirmation`, { method: 'POST' })
  if (stage !== 'check') place = await kill()
  const done = await ends(directory, id, 'completed')
  expectSame('outcomes', done.results, {
    updated: directory.people,
    created: 0,
    unchanged: 0,
    skipped: 0,
    failed: 0,
  })
  await resultsAreWhole(directory, id)
  const messages = await arrives(directory, id)
  await tablesAgree(directory, id, round)
  return { [`killed ${place}`]: 1, 'rows applied': directory.people, 'messages received': messages }
}

/** Every row has its result in the file, and each person one row. */
async function resultsAreWhole(directory: Directory, id: number): Promise<void> {
  const response = await call(directory, `/uploads/${id}/results.csv`)
  const lines = (await response.text()).trimEnd().split('\r\n').slice(1)
  const updated = new Set(
    lines.filter((line) => line.includes(',Updated,')).map((line) => line.split(',')[0]),
  )
  expectSame(
    'the results file',
    { lines: lines.length, people: updated.size },
    { lines: directory.people, people: directory.people },
  )
}

/** Each account was written exactly once more, and its history says so. */
async function tablesAgree({ findDatabase, people }: Directory, id: number, round: number): Promise<void> {
  const client = new Client((await findDatabase()).url)
  await client.connect()
  try {
    const { rows } = await client.query(
      `select (select count(*) from account)::integer as accounts,
        (select count(*) from account where version = $1 and job_title = $2)::integer as written,
        (select count(distinct account_id) from change where change_set_id = $3)::integer as changed,
        (select sum(to_row - from_row + 1) from chunk where change_set_id = $3)::integer as covered,
        (select count(*) from upload_bytes)::integer as bytes`,
      [round + 1, `Round ${round}`, id],
    )
    expectSame('the tables', rows[0], {
      accounts: people,
      written: people,
      changed: people,
      covered: people,
      bytes: 0,
    })
  } finally {
    await client.end()
  }
}

/**
 * The message is noted as sent, there is no second one, and whatever arrived has one Message-ID.
 * @returns how often it arrived: once, and once more where its sending was killed
 */
async function arrives({ mail, findDatabase }: Directory, id: number): Promise<number> {
  const client = new Client((await findDatabase()).url)
  await client.connect()
  try {
    let sent: (boolean | null)[] = []
    await until(async () => {
      const { rows } = await client.query(
        'select sent_at is not null as sent from mail where upload_id = $1',
        [id],
      )
      sent = rows.map((row) => row.sent)
      return sent.length > 0 && sent.every((one) => one)
    })
    if (sent.length !== 1) throw new Error(`the outbox has ${sent.length} messages about the upload`)
  } finally {
    await client.end()
  }
  const own = mail.messageIds.filter((messageId) => messageId.startsWith(`<results.${id}@`))
  if (own.length === 0) throw new Error('the message never came')
  if (new Set(own).size !== 1) throw new Error(`Message-IDs ${own}`)
  if (own.length > 2) throw new Error(`the message came ${own.length} times`)
  return own.length
}

async function send(directory: Directory, file: string, mode: string): Promise<Upload> {
  const response = await call(directory, `/uploads?organisation=RX1&mode=${mode}&filename=people.csv`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: file,
  })
  return (await response.json()) as Upload
}

/** While PostgreSQL is away the portal can't answer: then it is asked again. */
async function show(directory: Directory, id: number): Promise<Upload> {
  for (const end = Date.now() + 30_000; ; await sleep(100)) {
    const response = await ask(directory, `/uploads/${id}`)
    if (response.ok) return (await response.json()) as Upload
    const said = `upload ${id}: ${response.status} ${await response.text()}`
    if (response.status < 500 || Date.now() > end) throw new Error(said)
  }
}

async function ends(directory: Directory, id: number, status: string): Promise<Upload> {
  let upload = await show(directory, id)
  await until(async () => {
    upload = await show(directory, id)
    if (upload.status === 'failed' || upload.status === 'rejected') {
      throw new Error(`upload ${id} is ${upload.status}: ${upload.reason}`)
    }
    return upload.status === status
  })
  return upload
}

async function call(directory: Directory, path: string, request: RequestInit = {}): Promise<Response> {
  const response = await ask(directory, path, request)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response
}

function ask({ muster, token }: Directory, path: string, request: RequestInit = {}): Promise<Response> {
  return fetch(`${muster.url}/api/v1${path}`, {
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${token}` },
  })
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 90_000; Date.now() < end; ) {
    if (await isSo()) return
    await sleep(20)
  }
  throw new Error('waited 90 s in vain')
}

function expectSame(what: string, is: Record<string, unknown>, wanted: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(wanted)) {
    if (is[name] !== value) throw new Error(`${what}: ${name} is ${is[name]}, expected ${value}`)
  }
}

function letters(n: number): string {
  return [...String(n)].map((digit) => String.fromCharCode(97 + Number(digit))).join('')
}
