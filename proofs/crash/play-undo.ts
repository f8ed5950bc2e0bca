import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../support/api-client.ts'
import type { Known } from './play.ts'

export type ApiChangeSet = { id: number; status: string; reason: unknown }

/** Whoever plays a round's clients: one who acts, and somebody else who agrees where that is needed. */
export type Players = { client: ApiClient; second: ApiClient; patienceMs: number }

/** Takes an upload back. An undo that was asked for and not answered is one that nobody ever confirms. */
export async function takeBack(players: Players, id: number): Promise<NonNullable<Known['undo']>> {
  const { id: undo } = await players.client.ask<ApiChangeSet>('POST', `/change-sets/${id}/undo`)
  return { undoes: id, ...(await carryThrough(players, undo)) }
}

/** Looks at a set's plan, confirms it, has it agreed to where that is asked for, and waits for its end. */
export async function carryThrough(
  { client, second, patienceMs }: Players,
  id: number,
): Promise<{ id: number; results: string }> {
  await until(client, id, ['checked'], patienceMs)
  await client.ask('POST', `/change-sets/${id}/confirmation`)
  if ((await until(client, id, ['completed', 'awaiting-agreement'], patienceMs)) === 'awaiting-agreement') {
    const body = JSON.stringify({ agree: true })
    await second.ask('POST', `/change-sets/${id}/agreement`, {
      body,
      headers: { 'content-type': 'application/json' },
    })
    await until(client, id, ['completed'], patienceMs)
  }
  return { id, results: await client.ask<string>('GET', `/change-sets/${id}/results.csv`) }
}

/** Waits until a set has one of these statuses. @throws Error where it has ended otherwise, or takes too long */
async function until(
  client: ApiClient,
  id: number,
  wanted: readonly string[],
  patienceMs: number,
): Promise<string> {
  for (const end = Date.now() + patienceMs; ; await sleep(200)) {
    const { status, reason } = await client.ask<ApiChangeSet>('GET', `/change-sets/${id}`)
    if (wanted.includes(status)) return status
    if (['completed', 'cancelled', 'failed'].includes(status) || Date.now() > end)
      throw new Error(`set ${id} is ${status}, not ${wanted}: ${JSON.stringify(reason)}`)
  }
}
