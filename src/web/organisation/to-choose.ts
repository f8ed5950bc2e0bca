import { type Actor, may } from '../../access/actor.ts'
import type { Session } from '../../access/sessions.ts'
import { findOrganisation, type Organisation, organisationsOf } from '../../directory/organisation.ts'
import type { Portal } from '../../portal.ts'
import { field } from '../form.ts'
import type { PageRequest } from '../request.ts'

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

/** An open organisation; undefined when there is none with this ID that the actor may work for. */
export async function openOrganisation(
  portal: Portal,
  actor: Actor,
  id: number,
): Promise<Organisation | undefined> {
  if (!may(actor, 'read-accounts')) return undefined
  const [found] = await organisationsOf(portal, actor, { isOpen: true, id })
  return found
}

/**
 * Which organisation a form is for: the one that it names, since another may have been chosen in the header meanwhile,
 * in another tab; the one in the header when it names none.
 * @throws NotFound when it names one that the actor doesn't work for
 */
export async function organisationOfForm({
  portal,
  actor,
  organisation,
  body,
}: PageRequest): Promise<Organisation> {
  const code = field(body, 'organisation')
  return code === '' ? organisation : findOrganisation(portal, actor, { code })
}
