import type { Transaction } from '../database/open.ts'
import { NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { hashSecret, makeSecret } from '../secret.ts'
import type { Actor } from './actor.ts'
import { loadActor } from './administrators.ts'
import { noteWherever } from './audit.ts'
import { browserFamily } from './browser-family.ts'
import type { OpenIdProof } from './openid/second-factor.ts'
import { networkOf, noteEvent } from './security-events.ts'
import {
  deleteExpiredSessions,
  deleteOwnSession,
  deleteSession,
  deleteSessionsOf,
  insertSession,
  type KeptData,
  type SessionData,
  selectStoredSession,
  type UsedFactor,
  updateLastSignIn,
  updateSession,
} from './store.ts'

/** A sign-in that lasts: who it is, with the roles that they have at this moment. */
export type Session = {
  idHash: Buffer
  actor: Actor
  organisationId: number | null
  notice: string | null
  /** What they signed in with besides the password; null for nothing. */
  secondFactor: UsedFactor | null
  /** How they were signed in at another system; null for who signed in here. */
  openid: OpenIdProof | null
  /** When they last showed who they are: by signing in, or when they were asked again. */
  provenAt: Date
}

/** The browser, as it says who it is, its network address, and what was shown besides the password, or in its place. */
export type From = {
  userAgent?: string | undefined
  ip?: string
  secondFactor?: UsedFactor['kind']
  openid?: OpenIdProof | undefined
}

const IDLE_MS = 12 * 3600_000
const LONGEST_MS = 24 * 3600_000
const NOTED_EVERY_MS = 5 * 60_000 // the end of an idle session is no more exact than this, and most requests write nothing

/** @returns the session's ID, for the cookie: the database keeps its hash only */
export async function startSession(
  portal: Portal,
  administratorId: number,
  from: From = {},
): Promise<string> {
  const at = portal.clock.now()
  const { secondFactor: kind } = from
  const id = await keepSession(portal, administratorId, from, {
    data: {
      startedAt: at.toISOString(),
      ...(kind === undefined ? {} : { secondFactor: { kind, at: at.toISOString() } }),
      ...(from.openid === undefined ? {} : { openid: from.openid }),
    },
    lasts: IDLE_MS,
  })
  await portal.database.transaction([], (tx) => updateLastSignIn(tx, administratorId, at))
  const what = from.openid?.provider ?? kind
  noteEvent(portal, 'authn_login_success', { administrator: administratorId, ip: from.ip, what })
  return id
}

/** The same for a session that signs nobody in yet. @param lasts in milliseconds */
export async function keepSession(
  portal: Portal,
  administratorId: number,
  from: From,
  { data, lasts }: { data: SessionData; lasts: number },
): Promise<string> {
  const id = makeSecret()
  const now = portal.clock.now()
  await portal.database.transaction([], async (tx) => {
    await deleteExpiredSessions(tx, now)
    await insertSession(tx, hashSecret(id), {
      administratorId,
      data,
      expiresAt: new Date(now.getTime() + lasts),
      browser: browserFamily(from.userAgent),
      network: networkOf(portal, from.ip) ?? null,
      lastUsedAt: now,
    })
  })
  return id
}

/**
 * The session, unless it has ended: by the clock, by signing out, or because the administrator was disabled.
 * @param ip where the request comes from
 */
export async function findSession(portal: Portal, id: string, ip?: string): Promise<Session | null> {
  const idHash = hashSecret(id)
  const network = networkOf(portal, ip)
  const read = async (tx: Transaction): Promise<Session | null> => {
    const now = portal.clock.now()
    const stored = await selectStoredSession(tx, idHash, now)
    const actor = stored && (await loadActor(tx, stored.administratorId))
    if (!stored || !actor) return null
    const end = Math.min(now.getTime() + IDLE_MS, Date.parse(stored.data.startedAt) + LONGEST_MS)
    if (now.getTime() - (stored.lastUsedAt?.getTime() ?? 0) > NOTED_EVERY_MS)
      await updateSession(tx, idHash, { expiresAt: new Date(end), lastUsedAt: now })
    return {
      idHash,
      actor: { ...actor, network, again: async (later) => (await read(later))?.actor ?? null },
      organisationId: stored.data.organisationId ?? null,
      notice: stored.data.notice ?? null,
      secondFactor: stored.data.secondFactor ?? null,
      openid: stored.data.openid ?? null,
      provenAt: provenAt(stored.data),
    }
  }
  return portal.database.transaction([], read)
}

// Another system may have let them through for what they had shown there hours before.
function provenAt({ provenAt, startedAt, openid }: SessionData): Date {
  if (provenAt !== undefined) return new Date(provenAt)
  const shownThere = openid?.authTime == null ? Infinity : openid.authTime * 1_000
  return new Date(Math.min(Date.parse(startedAt), shownThere))
}

/** Keeps something with the session; null takes it out. */
export async function keepInSession(portal: Portal, session: Session, data: KeptData): Promise<void> {
  await portal.database.transaction([], (tx) => updateSession(tx, session.idHash, { data }))
}

export async function endSession(portal: Portal, session: Session, ip?: string): Promise<void> {
  await portal.database.transaction([], (tx) => deleteSession(tx, session.idHash))
  noteEvent(portal, 'authn_logout', { administrator: session.actor.administratorId, ip })
}

/**
 * Ends one of one's own sessions, or all but this one.
 * @returns how many ended
 * @throws NotFound for one that isn't one's own, or has ended already
 */
export function endOwnSessions(portal: Portal, session: Session, which: number | 'others'): Promise<number> {
  const { administratorId, grants } = session.actor
  return portal.database.transaction([], async (tx) => {
    const sessions =
      which === 'others'
        ? await deleteSessionsOf(tx, administratorId, session.idHash)
        : await deleteOwnSession(tx, administratorId, which)
    if (sessions === 0 && which !== 'others') throw new NotFound('There is no such session any more.')
    noteEvent(portal, 'session_ended', { administrator: administratorId, sessions })
    if (sessions > 0)
      await noteWherever(tx, grants, {
        act: 'sessions-ended',
        by: session.actor,
        about: { kind: 'administrator', id: administratorId },
        details: { 'sessions ended': sessions },
      })
    return sessions
  })
}
