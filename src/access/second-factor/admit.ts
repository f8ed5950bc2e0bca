import type { Portal } from '../../portal.ts'
import { hashSecret } from '../../secret.ts'
import type { Actor } from '../actor.ts'
import { loadActor } from '../administrators.ts'
import type { OpenIdProof } from '../openid/second-factor.ts'
import { type From, keepSession, startSession } from '../sessions.ts'
import { deleteSession, type SessionData, selectWaitingSession, type UsedFactor } from '../store.ts'
import { type FactorKind, selectFactors } from './store-factors.ts'

const WAITS_MS = 10 * 60_000

/** Somebody whose password was right, and who is to show their second factor. */
export type Waiting = {
  idHash: Buffer
  actor: Actor
  kinds: FactorKind[]
  /** Where it was another system that let them in so far. */
  openid: OpenIdProof | undefined
}

/**
 * What becomes of somebody whose password was right: a session, or where they have a second factor, one that waits for it
 * and signs nobody in. What a provider has asked for itself counts as one: `from.secondFactor`.
 * @returns its ID, for the cookie
 */
export async function admit(
  portal: Portal,
  administratorId: number,
  from: From,
): Promise<{ id: string; waits: boolean }> {
  const factors = await portal.database.transaction([], (tx) => selectFactors(tx, administratorId))
  if (factors.length === 0 || from.secondFactor !== undefined)
    return { id: await startSession(portal, administratorId, from), waits: false }
  const { openid } = from
  const data: SessionData = {
    startedAt: portal.clock.now().toISOString(),
    waits: true,
    ...(openid === undefined ? {} : { openid }),
  }
  return { id: await keepSession(portal, administratorId, from, { data, lasts: WAITS_MS }), waits: true }
}

/** Who waits with this ID; null when that is over, or they may not sign in any more. */
export function findWaiting(portal: Portal, id: string): Promise<Waiting | null> {
  const idHash = hashSecret(id)
  return portal.database.transaction([], async (tx) => {
    const stored = await selectWaitingSession(tx, idHash, portal.clock.now())
    const actor = stored && (await loadActor(tx, stored.administratorId))
    if (!stored || !actor) return null
    const factors = await selectFactors(tx, actor.administratorId)
    return { idHash, actor, kinds: [...new Set(factors.map(({ kind }) => kind))], openid: stored.data.openid }
  })
}

/** They have shown it: a session of its own takes the place of the one that waited. @returns its ID */
export async function letThrough(
  portal: Portal,
  { idHash, actor, openid }: Waiting,
  from: From & { secondFactor: UsedFactor['kind'] },
): Promise<string> {
  await portal.database.transaction([], (tx) => deleteSession(tx, idHash))
  return startSession(portal, actor.administratorId, { ...from, openid })
}
