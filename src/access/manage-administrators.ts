import type { Transaction } from '../database/open.ts'
import { Conflict, Forbidden, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type Actor, asActor, scopeFor } from './actor.ts'
import { addWithRole, type NewAdministrator, readOrganisationCode, tellRole } from './administrators.ts'
import { note } from './audit.ts'
import { emailKey } from './email.ts'
import { shownAdministrator } from './find-administrators.ts'
import { mayGovern, rolesToGrant } from './grantable.ts'
import type { Role } from './permissions.ts'
import { noteEvent } from './security-events.ts'
import {
  type Administrator,
  deleteGrant,
  insertGrant,
  selectAdministrator,
  selectGrants,
  selectOrganisationByCode,
} from './store.ts'
import {
  disableAdministrator,
  type Ended,
  enableAdministrator,
  endWhatIsOver,
  refuseLast,
} from './withdrawal.ts'

/**
 * Gives somebody a role over one of the actor's organisations, or over all of them, by their address: they are mailed a
 * link to set a password with, or to sign in with the one that they have. Whether they were known isn't told.
 * @returns their ID
 * @throws InvalidInput | NotFound (the organisation) | Forbidden for a role beyond the actor's own | Conflict
 */
export async function inviteAdministrator(
  portal: Portal,
  actor: Actor,
  given: NewAdministrator,
): Promise<number> {
  const code = readOrganisationCode(given)
  if (emailKey(given.email) === emailKey(actor.email)) throw new Conflict(NOT_ONESELF)
  return asActor(portal, actor, 'grant-roles', async (tx) => {
    const organisation = await organisationIn(tx, actor, code)
    refuseBeyondOwn(actor, organisation.id, given.role)
    const { id } = await addWithRole(tx, portal, given, actor)
    return id
  })
}

/**
 * Makes this the one role that somebody has over an organisation (or over all), or ends what they have there. What they
 * may do no more is refused at their next request; without any role left they are signed out, and their tokens end.
 * @param wanted.role null for none any more
 * @throws NotFound for one whom the actor can't see; Forbidden beyond the actor's own role; Conflict for oneself and the last
 *   Global Administrator
 */
export async function setRole(
  portal: Portal,
  actor: Actor,
  wanted: { administratorId: number; organisationCode: string | null; role: Role | null },
): Promise<Ended> {
  const { administratorId, role } = wanted
  if (role !== null) readOrganisationCode({ role, organisationCode: wanted.organisationCode ?? '' })
  return asActor(portal, actor, 'grant-roles', async (tx) => {
    await shownAdministrator(tx, scopeFor(actor, 'grant-roles'), administratorId)
    refuseOneself(actor, administratorId)
    const organisation = await organisationIn(tx, actor, wanted.organisationCode)
    if (role !== null) refuseBeyondOwn(actor, organisation.id, role)
    if (organisation.id === null && role === null) await refuseLast(tx, administratorId, INVITE_FIRST)
    const replaced = await replaceGrants(tx, { administratorId, organisationId: organisation.id, role })
    const holder = await selectAdministrator(tx, { id: administratorId })
    for (const given of holder ? replaced.given : [])
      await tellRole(tx, portal, holder as Administrator, given, organisation.name)
    const ended = await endWhatIsOver(tx, administratorId, portal.clock.now())
    await noteReplaced(tx, portal, actor, { administratorId, organisationId: organisation.id, ...replaced })
    return ended
  })
}

/**
 * Lets somebody sign in no more, or again: for Global Administrators, since it is about all that they do.
 * @throws NotFound | Forbidden | Conflict for oneself and the last Global Administrator
 */
export async function setDisabled(
  portal: Portal,
  actor: Actor,
  administratorId: number,
  disabled: boolean,
): Promise<void> {
  if (!mayGovern(actor)) throw new Forbidden('Only a Global Administrator may do this.')
  refuseOneself(actor, administratorId)
  const { email } = await portal.database.transaction('everything', (tx) =>
    shownAdministrator(tx, 'everything', administratorId),
  )
  if (disabled) await disableAdministrator(portal, email, { by: actor, remedy: INVITE_FIRST })
  else await enableAdministrator(portal, email, actor)
}

const INVITE_FIRST = 'Invite another one first.'
const NOT_ONESELF = 'You can’t change your own rights. Ask another administrator.'

type Place = { id: number | null; name?: string }

async function organisationIn(tx: Transaction, actor: Actor, code: string | null): Promise<Place> {
  if (code === null) {
    if (!mayGovern(actor)) throw new Forbidden('Only a Global Administrator may do this.')
    return { id: null }
  }
  const found = await selectOrganisationByCode(tx, code.trim().toUpperCase())
  if (!found) throw new NotFound('There is no such organisation.')
  return found
}

function refuseBeyondOwn(actor: Actor, organisationId: number | null, role: Role): void {
  if (!rolesToGrant(actor, organisationId).includes(role))
    throw new Forbidden('You can give roles up to your own only. Ask a Global Administrator.')
}

function refuseOneself(actor: Actor, administratorId: number): void {
  if (actor.administratorId === administratorId) throw new Conflict(NOT_ONESELF)
}

type Replaced = { taken: Role[]; given: Role[] }
type Where = { administratorId: number; organisationId: number | null }

async function replaceGrants(
  tx: Transaction,
  { administratorId, organisationId, role }: Where & { role: Role | null },
): Promise<Replaced> {
  const before = (await selectGrants(tx, administratorId))
    .filter((grant) => grant.organisationId === organisationId)
    .map((grant) => grant.role)
  const taken = before.filter((one) => one !== role)
  const given = role !== null && !before.includes(role) ? [role] : []
  for (const one of taken) await deleteGrant(tx, administratorId, one, organisationId)
  for (const one of given) await insertGrant(tx, administratorId, one, organisationId)
  return { taken, given }
}

async function noteReplaced(
  tx: Transaction,
  portal: Portal,
  by: Actor,
  { administratorId, organisationId, taken, given }: Where & Replaced,
): Promise<void> {
  const about = { kind: 'administrator', id: administratorId } as const
  const tell = (what: string, role: Role) =>
    noteEvent(portal, 'privilege_permissions_changed', { administrator: administratorId, role, what })
  for (const role of taken) {
    tell('taken away', role)
    await note(tx, { act: 'role-taken', by, organisationId, about, details: { role } })
  }
  for (const role of given) {
    tell('given', role)
    await note(tx, { act: 'role-given', by, organisationId, about, details: { role } })
  }
}
