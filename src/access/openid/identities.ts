import type { Transaction } from '../../database/open.ts'
import { Forbidden, NotFound } from '../../errors.ts'
import type { Portal } from '../../portal.ts'
import { type Actor, asActor } from '../actor.ts'
import { noteWherever } from '../audit.ts'
import { shownAdministrator } from '../find-administrators.ts'
import { mayGovern } from '../grantable.ts'
import { noteEvent } from '../security-events.ts'
import type { Session } from '../sessions.ts'
import { selectGrants } from '../store.ts'
import { deleteIdentity, deleteSessionsBy, type Identity, selectIdentities } from './store.ts'

/** As whom somebody is known elsewhere, with what that is called. */
export type ShownIdentity = Identity & { name: string }

/** One's own. */
export async function findOwnIdentities(portal: Portal, actor: Actor): Promise<ShownIdentity[]> {
  const { administratorId } = actor
  const found = await portal.database.transaction([], (tx) => selectIdentities(tx, { administratorId }))
  return found.map((identity) => named(portal, identity))
}

/** @throws NotFound for an administrator whom the actor can't see */
export async function findIdentities(
  portal: Portal,
  actor: Actor,
  administratorId: number,
): Promise<ShownIdentity[]> {
  const found = await asActor(portal, actor, 'read-audit', async (tx, scope) => {
    const { id } = await shownAdministrator(tx, scope, administratorId)
    return selectIdentities(tx, { administratorId: id })
  })
  return found.map((identity) => named(portal, identity))
}

/**
 * Takes one of one's own back; other sessions that began with it end.
 * @throws NotFound for one that isn't one's own
 */
export function unlinkOwn(portal: Portal, session: Session, id: number): Promise<void> {
  const { administratorId } = session.actor
  return portal.database.transaction([], (tx) =>
    unlink(tx, portal, { by: session.actor, administratorId, id, keep: session.idHash }),
  )
}

/**
 * Takes somebody's back, for Global Administrators, since it is about all that they do; sessions that began with it end.
 * @throws NotFound | Forbidden
 */
export async function unlinkOf(
  portal: Portal,
  actor: Actor,
  administratorId: number,
  id: number,
): Promise<void> {
  if (!mayGovern(actor)) throw new Forbidden('Only a Global Administrator may do this.')
  await portal.database.transaction('everything', (tx) =>
    unlink(tx, portal, { by: actor, administratorId, id, keep: null }),
  )
}

async function unlink(
  tx: Transaction,
  portal: Portal,
  { by, administratorId, id, keep }: { by: Actor; administratorId: number; id: number; keep: Buffer | null },
): Promise<void> {
  const gone = await deleteIdentity(tx, administratorId, id)
  if (!gone) throw new NotFound('There is no such sign-in any more.')
  const sessions = await deleteSessionsBy(tx, administratorId, id, keep)
  noteEvent(portal, 'authn_openid_unlinked', { administrator: administratorId, sessions })
  await noteWherever(tx, await selectGrants(tx, administratorId), {
    act: 'identity-unlinked',
    by,
    about: { kind: 'administrator', id: administratorId },
    details: { with: nameOf(portal, gone.issuer), 'sessions ended': sessions },
  })
}

function named(portal: Portal, identity: Identity): ShownIdentity {
  return { ...identity, name: nameOf(portal, identity.issuer) }
}

/** What the settings call it; one that they name no more, by its address. */
function nameOf({ config }: Portal, issuer: string): string {
  const known = config.oidcProviders?.find((provider) => sameIssuer(provider.issuer, issuer))
  return known?.name ?? (URL.canParse(issuer) ? new URL(issuer).host : issuer)
}

function sameIssuer(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '')
}
