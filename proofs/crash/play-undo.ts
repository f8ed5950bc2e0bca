import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../support/api-client.ts'
import type { Known } from './play.ts'

export type ApiChangeSet = { id: number; status: string; reason: unknown }

/**
 * Takes an upload back: asks for it until somebody answers, looks at the plan, confirms it, waits for its end. An undo
 * that was asked for and not answered is one that nobody ever confirms.
 */
export async function takeBack(
  client: ApiClient,
  id: number,
  patienceMs: number,
): Promise<NonNullable<Known['undo']>> {
  const { id: undo } = await client.ask<ApiChangeSet>('POST', `/change-sets/${id}/undo`)
  await until(client, undo, 'checked', patienceMs)
  await client.ask('POST', `/change-sets/${undo}/confirmation`)
  await until(client, undo, 'completed', patienceMs)
  return {
    id: undo,
    undoes: id,
    results: await client.ask<string>('GET', `/change-sets/${undo}/results.csv`),
  }
}

/** Waits until a set has a status. @throws Error where it has ended otherwise, or takes too long */
export async function until(
  client: ApiClient,
  id: number,
  wanted: string,
  patienceMs: number,
): Promise<void> {
  for (const end = Date.now() + patienceMs; ; await sleep(200)) {
    const { status, reason } = await client.ask<ApiChangeSet>('GET', `/change-sets/${id}`)
    if (status === wanted) return
    if (['completed', 'cancelled', 'failed'].includes(status) || Date.now() > end)
      throw new Error(`set ${id} is ${status}, not ${wanted}: ${JSON.stringify(reason)}`)
  }
}
