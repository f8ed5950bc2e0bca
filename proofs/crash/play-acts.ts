import { setTimeout as sleep } from 'node:timers/promises'
import { portalOn } from '../support/fresh-portal.ts'
import type { Acts } from './open-acts.ts'
import { type ApiChangeSet, carryThrough, type Players } from './play-undo.ts'

/** What clients were answered of an act: which set it is, once it had ended, and its results. */
export type KnownAct = { id: number; results: string }

/** How often the portal is asked to do what the day brings, until it has. */
const AGAIN_MS = 4_000

/**
 * Does an action and a transfer at once, each confirmed by one person and agreed to by another; and has the portal do what the
 * day brings. Whoever isn't answered asks again: an act that was asked for and not answered is one that nobody confirms.
 */
export async function act(players: Players, { acts, url }: { acts: Acts; url: string }): Promise<KnownAct[]> {
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
    Promise.all(
      wanted.map(async ([path, body]) => {
        const asked = { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
        const { id } = await players.client.ask<ApiChangeSet>('POST', path, asked)
        return carryThrough(players, id)
      }),
    ),
    acts.isDue ? takeSteps(players, { acts, url }) : undefined,
  ])
  return known
}

/** Two steps: leavers are deleted, deleted accounts removed. */
async function takeSteps(
  { client, patienceMs }: Players,
  { acts, url }: { acts: Acts; url: string },
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
