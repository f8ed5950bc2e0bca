import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Actor } from '../../src/access/actor.ts'
import type { Status } from '../../src/changes/change-set.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { type Random, random } from '../../src/demo/random.ts'
import type { Portal } from '../../src/portal.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import type { Mode, Upload } from '../../src/uploads/upload.ts'
import { makeOrganisation } from '../support/fresh-portal.ts'
import { allRows } from '../support/take-upload.ts'

type Where = {
  portals: readonly Portal[]
  client: Pool
  code: string
  actor: Actor
  id: number
  chance: Random
}

const HEADING = 'LocalID,FirstName,LastName,Mobile'

/**
 * One round of everything at once, on portals that each have a worker: overlapping updates confirmed at one moment, one
 * upload confirmed twenty times, one file of new people sent five times, and organisations with people of the same name.
 * @throws Error where anything was done twice, or not, or the end is that of no order of doing one after the other
 */
export async function checkParallel(
  portals: readonly Portal[],
  client: Pool,
  seed: number,
): Promise<Record<string, number>> {
  const chance = random(seed)
  const codes = Array.from({ length: 3 }, (_, at) => `P${seed}N${at}`)
  const made: Where[] = []
  for (const code of codes) {
    const organisation = await makeOrganisation(portals[0] as Portal, code)
    made.push({ portals, client, chance, ...organisation })
  }
  const tallies = [
    await Promise.all(made.map((where) => sentFiveTimes(where, chance.between(50, 400)))),
    await Promise.all(made.map((where) => overlappingUpdates(where))),
  ].flat()
  await noAddressTwice(client)
  const tally: Record<string, number> = {}
  for (const [what, count] of tallies.flatMap((each) => Object.entries(each)))
    tally[what] = (tally[what] ?? 0) + count
  return tally
}

/** The same people, in a file sent five times at once: each is made once, and the other four rows say so. */
async function sentFiveTimes(where: Where, people: number): Promise<Record<string, number>> {
  const lines = Array.from(
    { length: people },
    (_, n) => `L${n},Sam,${letters(n % 40)},07700 900${String(n % 1000).padStart(3, '0')}`,
  )
  const file = [HEADING, ...lines].join('\n')
  const uploads = await Promise.all([0, 1, 2, 3, 4].map((at) => send(where, at, file, 'create')))
  const checked = await Promise.all(uploads.map((id) => ends(where, id, ['checked'])))
  await Promise.all(checked.flatMap(({ id }) => Array.from({ length: 4 }, (_, at) => confirm(where, at, id))))
  const done = await Promise.all(checked.map(({ id }) => ends(where, id, ['completed'])))
  const created = done.reduce((sum, { results }) => sum + results.created, 0)
  const outcomes = done.reduce(
    (sum, { results }) => sum + results.created + results.unchanged + results.failed,
    0,
  )
  const { rows } = await where.client.query(
    'select count(*)::integer as accounts, count(distinct local_id_key)::integer as keys from account where organisation_id = $1',
    [where.id],
  )
  expectSame(
    'accounts made',
    { created, outcomes, ...rows[0] },
    {
      created: people,
      outcomes: 5 * people,
      accounts: people,
      keys: people,
    },
  )
  return { 'rows sent five times': people, 'accounts created': created }
}

/** Two files over half the same people, confirmed at one moment: as if one had been applied, and then the other. */
async function overlappingUpdates(where: Where): Promise<Record<string, number>> {
  const before = await jobsAndDepartments(where)
  const ids = [...before.keys()].sort()
  const third = Math.floor(ids.length / 3)
  const first = ids.slice(0, 2 * third)
  const second = ids.slice(third)
  const files = [
    ['LocalID,JobTitle', ...first.map((id) => `${id},Matron`)].join('\n'),
    ['LocalID,JobTitle,Department', ...second.map((id) => `${id},Clerk,Records`)].join('\n'),
  ]
  const uploads = await Promise.all(files.map((file, at) => send(where, at, file, 'update')))
  await Promise.all(uploads.map((id) => ends(where, id, ['checked'])))
  await Promise.all(uploads.flatMap((id) => Array.from({ length: 20 }, (_, at) => confirm(where, at, id))))
  const done = await Promise.all(uploads.map((id) => ends(where, id, ['completed'])))
  const after = await jobsAndDepartments(where)

  const inOrder = (order: 'first' | 'second') => {
    const wanted = new Map(before)
    const apply = {
      first: () => {
        for (const id of first) if (wanted.get(id) === before.get(id)) wanted.set(id, 'Matron/')
      },
      second: () => {
        for (const id of second) if (wanted.get(id) === before.get(id)) wanted.set(id, 'Clerk/Records')
      },
    }
    apply[order]()
    apply[order === 'first' ? 'second' : 'first']()
    return JSON.stringify([...wanted].sort())
  }
  const is = JSON.stringify([...after].sort())
  if (is !== inOrder('first') && is !== inOrder('second')) throw new Error('the end is that of no order')
  const { rows } = await where.client.query(
    'select count(*)::integer as raised from account where organisation_id = $1 and version > 2',
    [where.id],
  )
  expectSame('accounts written twice', rows[0], { raised: 0 })
  for (const { id, counts, results } of done) {
    const outcomes = (await allRows({ portal: where.portals[0] as Portal, actor: where.actor }, id)).map(
      (row) => row.result,
    )
    expectSame('rows with an outcome', { rows: outcomes.filter(Boolean).length }, { rows: counts.rows })
    expectSame('rows counted', { rows: results.updated + results.failed }, { rows: counts.rows })
  }
  return {
    'rows updated at once': done.reduce((sum, { results }) => sum + results.updated, 0),
    'rows that came second': done.reduce((sum, { results }) => sum + results.failed, 0),
  }
}

async function send(where: Where, at: number, file: string, mode: Mode): Promise<number> {
  const { id } = await receiveUpload(portalFor(where, at), where.actor, {
    organisationCode: where.code,
    mode,
    filename: 'people.csv',
    bytes: Readable.from([Buffer.from(file)]),
  })
  return id
}

function confirm(where: Where, at: number, id: number): Promise<void> {
  return confirmChangeSet(portalFor(where, at), where.actor, id)
}

function portalFor({ portals }: Where, at: number): Portal {
  return portals[at % portals.length] as Portal
}

async function ends({ portals, actor }: Where, id: number, statuses: Status[]): Promise<Upload> {
  for (let waited = 0; waited < 120_000; waited += 50) {
    const upload = await findUpload(portals[0] as Portal, actor, id)
    if (statuses.includes(upload.status)) return upload
    if (upload.status === 'failed' || upload.status === 'rejected')
      throw new Error(`an upload is ${upload.status}`)
    await sleep(50)
  }
  throw new Error(`an upload never became ${statuses}`)
}

async function jobsAndDepartments({ client, id }: Where): Promise<Map<string, string>> {
  const { rows } = await client.query(
    `select local_id, coalesce(job_title, '') || '/' || coalesce(department, '') as now from account where organisation_id = $1`,
    [id],
  )
  return new Map(rows.map((row) => [row.local_id, row.now]))
}

async function noAddressTwice(client: Pool): Promise<void> {
  const { rows } = await client.query(
    `select (select count(*) from account)::integer as accounts,
       (select count(distinct lower(address)) from address where is_primary)::integer as addresses`,
  )
  expectSame('addresses', { addresses: rows[0].addresses }, { addresses: rows[0].accounts })
}

function expectSame(what: string, is: Record<string, unknown>, wanted: Record<string, unknown>): void {
  if (JSON.stringify(is) !== JSON.stringify(wanted)) {
    throw new Error(`${what}: ${JSON.stringify(is)}, expected ${JSON.stringify(wanted)}`)
  }
}

function letters(n: number): string {
  return [...String(n)].map((digit) => String.fromCharCode(97 + Number(digit))).join('')
}
