import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../support/api-client.ts'
import { portalOn } from '../support/fresh-portal.ts'
import type { Acts } from './open-acts.ts'
import { type ApiChangeSet, until } from './play-undo.ts'

/** What clients were answered of an act: which set it is, once it had ended, and its results. */
export type KnownAct = { id: number; results: string }

/** How often the portal is asked to do what the day brings, until it has. */
const AGAIN_MS = 4_000

/**
 * Does an action and a transfer at once, each confirmed by one person and agreed to by another; and has the portal do what the
 * day brings. Whoever isn't answered asks again: an act that was asked for and not answered is one that nobody confirms.
 * @param second somebody else's client
 */
export async function act(
  client: ApiClient,
  second: ApiClient,
  { acts, url, patienceMs }: { acts: Acts; url: string; patienceMs: number },
): Promise<KnownAct[]> {
  const { home, to, acted, moved } = acts
  const deed = { action: 'set', field: 'jobTitle', value: 'By an action' }
  const wanted: [path: string, body: object][] = [
    [
      `/actions?organisation=${home.code}`,
      { ...deed, accounts: acts.isDue ? { filter: {} } : { ids: acted } },
    ],
    ['/transfers', { from: home.code, to: to.code, accounts: { ids: moved } }],
  ]
  const [known] = await Promise.all([
    Promise.all(wanted.map(([path, body]) => carryThrough(client, second, { path, body, patienceMs }))),
    acts.isDue ? takeSteps(client, { acts, url, patienceMs }) : undefined,
  ])
  return known
}

const headers = { 'content-type': 'application/json' }

async function carryThrough(
  client: ApiClient,
  second: ApiClient,
  { path, body, patienceMs }: { path: string; body: object; patienceMs: number },
): Promise<KnownAct> {
  const { id } = await client.ask<ApiChangeSet>('POST', path, { body: JSON.stringify(body), headers })
  await until(client, id, 'checked', patienceMs)
  await client.ask('POST', `/change-sets/${id}/confirmation`)
  await until(client, id, 'awaiting-agreement', patienceMs)
  await second.ask('POST', `/change-sets/${id}/agreement`, { body: JSON.stringify({ agree: true }), headers })
  await until(client, id, 'completed', patienceMs)
  return { id, results: await client.ask<string>('GET', `/change-sets/${id}/results.csv`) }
}

/** Two steps: leavers are deleted, deleted accounts removed. */
async function takeSteps(
  client: ApiClient,
  { acts, url, patienceMs }: { acts: Acts; url: string; patienceMs: number },
): Promise<void> {
  const path = `/change-sets?organisation=${acts.home.code}&kind=lifecycle`
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(AGAIN_MS)) {
    const { changeSets } = await client.ask<{ changeSets: ApiChangeSet[] }>('GET', path)
    if (changeSets.length === 2 && changeSets.every(({ status }) => status === 'completed')) return
    if (changeSets.length < 2) await askForSteps(url).catch(() => {}) // PostgreSQL is struck: again
  }
  throw new Error('the daily steps were never taken')
}

async function askForSteps(url: string): Promise<void> {
  await using portal = await portalOn(url)
  await portal.database.transaction('everything', (tx) => portal.queue.send(tx, 'take-steps', {}))
}
