import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../support/api-client.ts'
import type { Known } from './play.ts'
import type { Story } from './story.ts'

type Found = { accounts: { id: number; version: number }[] }
type History = { entries: { field: string; new: unknown; changeSet: number | null }[] }

/**
 * Gives one account another job title, against the version that was read. A file may have come first: then it is refused.
 * Whether an edit that nobody answered went in its client reads in the history, as it must: somebody may have written
 * over it.
 * @returns null where it didn't
 */
export async function edit(
  client: ApiClient,
  code: string,
  { localId, jobTitle, afterMs }: NonNullable<Story['edit']>,
): Promise<Known['edit']> {
  await sleep(afterMs)
  const found = await client.ask<Found>('GET', `/accounts?organisation=${code}&localId=${localId}&limit=1`)
  const account = found.accounts[0]
  if (!account) throw new Error(`nobody has the local ID ${localId}`)
  const request = {
    body: JSON.stringify({ jobTitle }),
    headers: { 'content-type': 'application/json', 'if-match': `"${account.version}"` },
  }
  for (;;) {
    const { status, body } = await client.call('PATCH', `/accounts/${account.id}`, request)
    if (status === 200 || status === 409) break
    if (status >= 400 && status < 500) throw new Error(`${status}: ${JSON.stringify(body)}`)
    await sleep(100)
  }
  const { entries } = await client.ask<History>('GET', `/accounts/${account.id}/history`)
  const entry = entries.find(({ field, new: value }) => field === 'jobTitle' && value === jobTitle)
  return entry && entry.changeSet !== null ? { changeSet: entry.changeSet } : null
}
