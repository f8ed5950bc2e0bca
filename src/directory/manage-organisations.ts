import { type Actor, asActor } from '../access/actor.ts'
import { note } from '../access/audit.ts'
import { mayGovern } from '../access/grantable.ts'
import { Forbidden, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { insertNew, type NewOrganisation, type Organisation, readOrganisationName } from './organisation.ts'
import { selectOrganisations } from './store.ts'
import { countAccountsOf, updateOrganisation } from './store-organisations.ts'

/**
 * Adds an organisation.
 * @throws Forbidden | InvalidInput for a code or name that can't be used | Conflict when the code is taken
 */
export async function createOrganisation(
  portal: Portal,
  actor: Actor,
  given: NewOrganisation,
): Promise<number> {
  if (!mayGovern(actor)) throw new Forbidden('Only a Global Administrator may add an organisation.')
  return asActor(portal, actor, 'manage-organisations', (tx) => insertNew(tx, given, actor))
}

/** How many accounts an organisation has, whatever their status. @throws NotFound */
export async function accountsIn(portal: Portal, actor: Actor, id: number): Promise<number> {
  return asActor(portal, actor, 'read-accounts', (tx) => countAccountsOf(tx, id))
}

/**
 * Renames an organisation, closes it or opens it again. In a closed one nothing is changed any more, but its accounts are
 * there to be transferred.
 * @throws NotFound | Forbidden | InvalidInput for a name that can't be used
 */
export async function changeOrganisation(
  portal: Portal,
  actor: Actor,
  code: string,
  set: { name?: string; closed?: boolean },
): Promise<Organisation> {
  return asActor(portal, actor, 'manage-organisations', async (tx, scope) => {
    const [before] = await selectOrganisations(tx, scope, { code: code.trim().toUpperCase() })
    if (!before) throw new NotFound('There is no such organisation.')
    const name = set.name === undefined ? before.name : readOrganisationName(set.name)
    const after = { ...before, name, closed: set.closed ?? before.closed }
    await updateOrganisation(tx, before.id, after, portal.clock.now())
    const about = { kind: 'organisation', id: before.id } as const
    const noted = { by: actor, organisationId: before.id, about }
    if (after.name !== before.name)
      await note(tx, {
        ...noted,
        act: 'organisation-renamed',
        details: { from: before.name, to: after.name },
      })
    if (after.closed !== before.closed)
      await note(tx, { ...noted, act: after.closed ? 'organisation-closed' : 'organisation-reopened' })
    return after
  })
}
