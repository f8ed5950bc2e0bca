import { type Actor, requirePermission, scopeFor } from '../access/actor.ts'
import type { Action } from '../access/permissions.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { isPassing, isTooLate } from '../database/sql-state.ts'
import { isMobileRequired, settingsOf } from '../directory/settings.ts'
import {
  type Organisation,
  type Site,
  selectOrganisations,
  selectPlaces,
  type Unit,
} from '../directory/store.ts'
import { type RuleContext, ruleContext } from '../directory/value-rules.ts'
import { Conflict, Forbidden, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { Overtaken } from './refused.ts'

/** An organisation one of whose accounts is edited, with what its values' rules must know. */
export type EditedOrganisation = Organisation & {
  sites: Site[]
  units: Unit[]
  rules: RuleContext
  mobileRequired: boolean
}

/** How often an edit is tried that another writer at the same moment stood in the way of. */
const ATTEMPTS = 5

/**
 * A transaction of somebody who may read accounts, tried again where another writer's locks end it, or another writer
 * took or removed at that moment what it was planned with.
 * @param work finds the organisation first, by `openOrganisation`
 * @throws Forbidden for who may read nothing at all
 */
export async function inEdit<T>(
  portal: Portal,
  actor: Actor,
  work: (tx: Transaction, scope: Scope) => Promise<T>,
): Promise<T> {
  const scope = scopeFor(actor, 'read-accounts')
  if (scope !== 'everything' && scope.length === 0)
    throw new Forbidden('Your role does not allow this. Ask a Local Administrator.')
  for (let attempt = 1; ; attempt++) {
    try {
      return await portal.database.transaction(scope, (tx) => work(tx, scope))
    } catch (error) {
      if (!isOvertaken(error) || attempt === ATTEMPTS) throw error
    }
  }
}

function isOvertaken(error: unknown): boolean {
  return isPassing(error) || isTooLate(error) || error instanceof Overtaken
}

/**
 * Narrows the transaction to one organisation, whose accounts the actor may change, or do with what is to be done.
 * @throws NotFound, Forbidden; Conflict where it is closed
 */
export async function openOrganisation(
  portal: Portal,
  tx: Transaction,
  actor: Actor,
  scope: Scope,
  by: { id: number } | { code: string },
  permission: Action = 'change-accounts',
): Promise<EditedOrganisation> {
  const [organisation] = await selectOrganisations(tx, scope, by)
  if (!organisation) throw new NotFound('There is no such organisation.')
  requirePermission(actor, permission, organisation.id)
  if (organisation.closed)
    throw new Conflict(`${organisation.name} is closed: its accounts can’t be changed.`)
  await tx.setScope([organisation.id])
  const places = await selectPlaces(tx, organisation.id)
  const { mobileCountries } = await settingsOf(tx, organisation.id)
  const rules = { ...ruleContext({ ...organisation, ...places }, portal.config.mailDomain), mobileCountries }
  const mobileRequired = await isMobileRequired(portal, tx, organisation.id)
  return { ...organisation, ...places, rules, mobileRequired }
}
