import { type Actor, may } from '../../access/actor.ts'
import type { Session } from '../../access/sessions.ts'
import { type Organisation, organisationsOf } from '../../directory/organisation.ts'
import type { Portal } from '../../portal.ts'

/** As many as a list to choose from can hold. */
export const MOST = 50

/**
 * The open organisations that the header shows: by name, one more than a list can hold where there are so many; then
 * the one that was chosen comes first if it isn't among them. A directory may have tens of thousands, and this is asked
 * for every page.
 */
export async function organisationsToChoose(
  portal: Portal,
  { actor, organisationId }: Pick<Session, 'actor' | 'organisationId'>,
): Promise<Organisation[]> {
  if (!may(actor, 'read-accounts')) return []
  const first = await organisationsOf(portal, actor, { isOpen: true, limit: MOST + 1 })
  const isAmongThem = organisationId === null || first.some(({ id }) => id === organisationId)
  if (isAmongThem || first.length <= MOST) return first
  return [...(await organisationsOf(portal, actor, { isOpen: true, id: organisationId })), ...first]
}

/** An open organisation that a form named; undefined when there is none that the actor may work for. */
export async function openOrganisation(
  portal: Portal,
  actor: Actor,
  by: { id: number } | { code: string },
): Promise<Organisation | undefined> {
  if (!may(actor, 'read-accounts')) return undefined
  const [found] = await organisationsOf(portal, actor, { isOpen: true, ...by })
  return found
}
