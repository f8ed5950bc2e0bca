import type { Transaction } from '../database/open.ts'
import { InvalidInput, NotFound, refuseTogether } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { hashSecret, makeSecret } from '../secret.ts'
import { type Actor, type Grant, type Limit, limitTo } from './actor.ts'
import { loadActor } from './administrators.ts'
import { type AuditBy, noteWherever } from './audit.ts'
import { emailKey } from './email.ts'
import { type Role, refuseUnknownRole } from './permissions.ts'
import { networkOf, noteEvent } from './security-events.ts'
import { selectAdministrator, selectOrganisationByCode } from './store.ts'
import {
  insertToken,
  type ListedToken,
  listTokens,
  noteTokenUse,
  revokeStoredToken,
  selectToken,
} from './store-tokens.ts'

const PREFIX = 'muster_' // so that programs that look for leaked secrets know one
const NOTED_EVERY_MS = 60_000
const LONGEST_NAME = 100

/** What a token may be besides its administrator's: known by a name, over at a time, good for less than they may do. */
export type TokenWishes = { name?: string; expiresAt?: Date; organisationCode?: string; role?: Role }

/**
 * Makes a token with which programs act for an administrator, at each request with the rights that they have then.
 * @returns the token: it is shown this once, and only its hash is kept
 * @throws NotFound when there is no such administrator or organisation; InvalidInput for a token that could do nothing
 */
export async function createToken(portal: Portal, email: string, wishes: TokenWishes = {}): Promise<string> {
  return portal.database.transaction('everything', async (tx) => {
    const administrator = await selectAdministrator(tx, { emailKey: emailKey(email) })
    if (!administrator)
      throw new NotFound(
        `There is no administrator with the address ${email}. Add one with "muster administrator add".`,
      )
    return (await makeToken(tx, portal, administrator.id, wishes, 'operator')).token
  })
}

/**
 * The same within a transaction.
 * @param by whoever makes it
 */
export async function makeToken(
  tx: Transaction,
  portal: Portal,
  administratorId: number,
  wishes: TokenWishes,
  by: AuditBy,
): Promise<{ token: string; id: number }> {
  const token = PREFIX + makeSecret()
  const now = portal.clock.now()
  const expiresAt = wishes.expiresAt ?? null
  let name = ''
  refuseTogether(
    () => {
      name = readName(wishes.name ?? '')
    },
    () => refuseOver(expiresAt, now),
  )
  const limit = await readLimit(tx, administratorId, wishes)
  const id = await insertToken(tx, hashSecret(token), { administratorId, name, expiresAt, ...limit }, now)
  noteEvent(portal, 'authn_token_created', { administrator: administratorId, token: id })
  await noteWherever(tx, await grantsThrough(tx, { administratorId, ...limit }), {
    act: 'token-made',
    by,
    about: { kind: 'token', id },
    details: { 'acts for administrator': administratorId, role: limit.role },
  })
  return { token, id }
}

/** What its holder may do through a token. */
export async function grantsThrough(
  tx: Transaction,
  { administratorId, ...limit }: { administratorId: number } & Limit,
): Promise<Grant[]> {
  return limitTo(limit, (await loadActor(tx, administratorId))?.grants ?? [])
}

/** For whom the token acts, with what both it and they may do at this moment; null when it is no token (any more). */
export async function actorForToken(portal: Portal, token: string, ip?: string): Promise<Actor | null> {
  if (!token.startsWith(PREFIX)) return null
  const holder = async (tx: Transaction): Promise<Actor | null> => {
    const now = portal.clock.now()
    const found = await selectToken(tx, hashSecret(token), now)
    const actor = found ? await loadActor(tx, found.administratorId) : null
    if (!found || !actor) return null
    if (now.getTime() - (found.lastUsedAt?.getTime() ?? 0) > NOTED_EVERY_MS)
      await noteTokenUse(tx, found.id, now)
    const grants = limitTo(found, actor.grants)
    return { ...actor, grants, tokenId: found.id, network: networkOf(portal, ip), again: holder }
  }
  return portal.database.transaction([], holder)
}

/** Every token, or those that act for the administrator with this address, the newest first. */
export function tokensOf(portal: Portal, email?: string): Promise<ListedToken[]> {
  return portal.database.transaction('everything', (tx) =>
    listTokens(tx, email === undefined ? null : emailKey(email)),
  )
}

/** @throws NotFound when there is no such token, or it is revoked already */
export async function revokeToken(portal: Portal, id: number): Promise<void> {
  await portal.database.transaction([], async (tx) => {
    const revoked = await revokeStoredToken(tx, id, portal.clock.now())
    if (!revoked)
      throw new NotFound(`There is no token ${id} that works. "muster token list" shows those there are.`)
    noteEvent(portal, 'authn_token_revoked', { administrator: revoked.administratorId, token: id })
    await noteWherever(tx, await grantsThrough(tx, revoked), {
      act: 'token-revoked',
      by: 'operator',
      about: { kind: 'token', id },
    })
  })
}

async function readLimit(
  tx: Transaction,
  administratorId: number,
  { organisationCode, role }: TokenWishes,
): Promise<Limit> {
  if (role !== undefined) refuseUnknownRole(role)
  const code = organisationCode?.trim().toUpperCase()
  const organisation = code === undefined ? null : await selectOrganisationByCode(tx, code)
  if (organisation === undefined) throw new NotFound(`There is no organisation with the code ${code}.`)
  const limit = { organisationId: organisation?.id ?? null, role: role ?? null }
  const actor = await loadActor(tx, administratorId)
  if (actor && limit.organisationId !== null && limitTo(limit, actor.grants).length === 0)
    throw new InvalidInput(`${actor.email} has no role in ${code}, so the token could do nothing there.`, {
      field: 'organisation',
    })
  return limit
}

function refuseOver(expiresAt: Date | null, now: Date): void {
  if (expiresAt === null || expiresAt > now) return
  throw new InvalidInput('The token would be over before it is made: give a later date.', { field: 'until' })
}

function readName(text: string): string {
  const name = text.trim()
  if (name.length <= LONGEST_NAME && !/\p{C}/u.test(name)) return name
  throw new InvalidInput(`The name of a token is one line of at most ${LONGEST_NAME} characters.`, {
    field: 'name',
  })
}
