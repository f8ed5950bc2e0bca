import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import type { Random } from '../../src/demo/random.ts'
import { ACTION_NAMES, planAction, planTransfer } from '../model/expect-plan.ts'
import type { Plan } from '../model/plan.ts'
import type { State } from '../model/state.ts'
import type { ApiClient } from '../support/api-client.ts'
import { shuffled } from '../support/shuffle.ts'
import { CONTENT_TYPES, fileKindOf } from '../support/workbooks.ts'
import { expectPlans, type Planned } from './end-state.ts'
import type { Party } from './parties.ts'
import { planFile } from './plan-file.ts'
import { randomFile, sentAs } from './random-file.ts'
import { answered, expectStatus } from './send-at-once.ts'

/** What somebody asks for: how, what the model expects of it, and who answers for the other side where they are asked. */
type Asking = {
  sender: ApiClient
  ask: () => Promise<{ id: number }>
  plan: Plan
  others: readonly ApiClient[]
}

type ApiChangeSet = { id: number; status: string; reason: unknown }

const PATIENCE_MS = 300_000

/**
 * Has administrators of all organisations do things with overlapping people at one moment: transfers that cross each
 * other, actions, and files. All is planned before anything is confirmed, twice each; the other sides agree, several of
 * them at once.
 * @returns the plans, each as the model expects it, when all of them are applied
 */
export async function actAtOnce(
  client: Client,
  parties: readonly Party[],
  { chance, acts, state }: { chance: Random; acts: number; state: State },
): Promise<Planned[]> {
  const askings = Array.from({ length: acts }, (_, at) => someAct(chance, parties, at, state))
  const asked = await Promise.all(askings.map(async (asking) => ({ ...asking, id: (await asking.ask()).id })))
  await Promise.all(asked.map(({ sender, id }) => until(sender, id, ['checked'])))
  const sets = await expectPlans(client, asked)
  await Promise.all(asked.flatMap((one) => [one, one]).map(confirm))
  await Promise.all(asked.map(({ sender, id }) => until(sender, id, ['completed'])))
  return sets
}

function someAct(chance: Random, parties: readonly Party[], at: number, state: State): Asking {
  const from = parties[at % parties.length] as Party
  const people = [...state].filter(
    ([, { values }]) => values.organisation === from.code && String(values.localId).startsWith('L'),
  )
  // Of the first ones everybody wants some.
  const some = shuffled(chance, people.slice(0, 60)).slice(0, chance.between(5, 30))
  const ids = some.map(([id]) => id)
  const sender = chance.pick(from.senders)
  const what = chance.pick(['transfer', 'transfer', 'transfer', 'action', 'file'] as const)
  if (what === 'file') {
    const shared = some.map(([, { values }]) => values.localId as string)
    const file = randomFile(chance, 'update', { shared, own: [], newShared: [], newOwn: [] })
    const kind = fileKindOf(at)
    const query = new URLSearchParams({
      organisation: from.code,
      mode: 'update',
      filename: `people.${kind}`,
    })
    const headers = { 'content-type': CONTENT_TYPES[kind], 'idempotency-key': crypto.randomUUID() }
    const rows = planFile(file, state, from.code)
    const ask = async () => post(sender, `/uploads?${query}`, (await sentAs(kind, file)).body, headers)
    return { sender, ask, plan: { kind: 'upload', homes: [from.code], rows }, others: [] }
  }
  if (what === 'action') {
    const action = chance.pick([...ACTION_NAMES.filter((name) => name !== 'delete'), 'set'])
    const deed = action === 'set' ? { action, field: 'department', value: `Act ${at}` } : { action }
    const body = JSON.stringify({ ...deed, accounts: { ids } })
    const ask = () => post(sender, `/actions?organisation=${from.code}`, body)
    const rows = planAction(state, from.code, ids, deed)
    return { sender, ask, plan: { kind: 'action', homes: [from.code], rows }, others: [] }
  }
  const to = chance.pick(parties.filter((one) => one !== from))
  const body = JSON.stringify({ from: from.code, to: to.code, accounts: { ids } })
  const going = {
    from: from.code,
    to: to.code,
    site: null,
    organisationalUnit: null,
    typed: new Map<number, string>(),
  }
  return {
    ...{ sender, ask: () => post(sender, '/transfers', body) },
    plan: { kind: 'transfer', homes: [from.code, to.code], rows: planTransfer(state, ids, going) },
    others: to.senders.includes(sender) ? [] : to.senders.slice(0, 2),
  }
}

async function post(
  sender: ApiClient,
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): Promise<{ id: number }> {
  const answer = await answered(() => sender.call<{ id: number }>('POST', path, { body, headers }))
  expectStatus(path, answer, 202)
  return answer.body as { id: number }
}

async function confirm({ sender, id, others }: Asking & { id: number }): Promise<void> {
  const answer = await answered(() => sender.call('POST', `/change-sets/${id}/confirmation`))
  expectStatus(`set ${id} confirmed`, answer, 202)
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ agree: true })
  await Promise.all(
    others.map(async (other) => {
      const agreed = await answered(() =>
        other.call('POST', `/change-sets/${id}/agreement`, { body, headers }),
      )
      // Whoever is second is told that it doesn't wait any more.
      if (agreed.status !== 409) expectStatus(`set ${id} agreed to`, agreed, 202)
    }),
  )
}

async function until(sender: ApiClient, id: number, wanted: readonly string[]): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(200)) {
    const { status, reason } = await sender.ask<ApiChangeSet>('GET', `/change-sets/${id}`)
    if (wanted.includes(status)) return
    if (['cancelled', 'failed', 'rejected', 'expired'].includes(status) || Date.now() > end)
      throw new Error(`set ${id} is ${status}, not ${wanted}: ${JSON.stringify(reason)}`)
  }
}
