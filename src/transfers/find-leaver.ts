import sql from 'sql-template-tag'
import { type Actor, asActor, requirePermission } from '../access/actor.ts'
import { countAttempt, forgetAttempts } from '../access/throttle.ts'
import type { Transaction } from '../database/open.ts'
import { displayName, foldKey } from '../directory/address-name.ts'
import { type Organisation, selectOrganisations } from '../directory/store.ts'
import { Conflict, InvalidInput, NotFound, refuseTogether } from '../errors.ts'
import type { Portal } from '../portal.ts'

/** By what a leaver of another organisation is found: both exactly as they are there. */
export type Leaver = {
  /** One of their addresses. */
  emailAddress: string
  /** The local ID that they had where they left. */
  formerLocalId: string
}

export type FoundLeaver = {
  id: number
  /** With the code of the organisation that they left. */
  displayName: string
  jobTitle: string | null
  from: Pick<Organisation, 'id' | 'code' | 'name'>
  since: Date | null
}

/**
 * A leaver whom an administrator of another organisation may take on. Whoever doesn't know both, an address and the local
 * ID where they left, learns nothing: not whether there is such a person, nor whether they have left.
 * @param to the organisation that takes them on, by its code
 * @throws NotFound, Forbidden, Conflict for that organisation; InvalidInput where nobody is found, and after too many
 *   tries; Conflict for somebody who left the same organisation
 */
export async function findLeaver(
  portal: Portal,
  actor: Actor,
  { to, ...leaver }: Leaver & { to: string },
): Promise<FoundLeaver> {
  refuseEmpty(leaver)
  const attempt = await countAttempt(portal, 'leaver', { email: actor.email, ip: '', isSignedIn: true })
  const found = await asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    const [target] = await selectOrganisations(tx, scope, { code: to.trim().toUpperCase() })
    if (!target) throw new NotFound('There is no such organisation.')
    openForJoining(actor, target)
    return selectLeaver(tx, target, leaver)
  })
  await forgetAttempts(portal, attempt)
  return found
}

/** @throws InvalidInput for each of the two that is left empty: that tells nothing of anybody */
export function refuseEmpty({ emailAddress, formerLocalId }: Leaver): void {
  const refuse = (text: string, message: string, field: string) => () => {
    if (text.trim() === '') throw new InvalidInput(message, { field, code: 'empty' })
  }
  refuseTogether(
    refuse(emailAddress, 'Enter an e-mail address that they had.', 'emailAddress'),
    refuse(formerLocalId, 'Enter the local ID that they had where they left.', 'formerLocalId'),
  )
}

/** @throws Forbidden; Conflict where it is closed */
export function openForJoining(actor: Actor, to: Organisation): void {
  requirePermission(actor, 'transfer', to.id)
  if (to.closed) throw new Conflict(`${to.name} is closed, so nobody can join it.`)
}

/** Widens the transaction to all organisations. @throws InvalidInput where there is nobody; Conflict */
export async function selectLeaver(
  tx: Transaction,
  to: Organisation,
  { emailAddress, formerLocalId }: Leaver,
): Promise<FoundLeaver> {
  const [address, key] = [emailAddress, formerLocalId].map((text) => foldKey(text.replaceAll('\0', '')))
  await tx.setScope('everything')
  const row = await tx.row<Found>(
    sql`select a.id, a.first_name as "firstName", a.last_name as "lastName", a.job_title as "jobTitle",
          a.status_changed_at as since, o.id as "organisationId", o.code, o.name
        from address d join account a on a.id = d.account_id join organisation o on o.id = a.organisation_id
        where d.address_key = ${address} and a.local_id_key = ${key} and a.status = 'Leaver'`,
  )
  if (!row) throw nobody()
  const { organisationId, code, name, firstName, lastName, ...person } = row
  if (organisationId === to.id)
    throw new Conflict(
      `${displayName({ firstName, lastName }, code)} left ${name} itself. Restore the account: it is among the leavers, on the page People.`,
    )
  return {
    ...person,
    displayName: displayName({ firstName, lastName }, code),
    from: { id: organisationId, code, name },
  }
}

/** In the same words, whichever of the two is wrong. */
export function nobody(): InvalidInput {
  return new InvalidInput(
    'Nobody who has left is found with this e-mail address and this local ID. Check both with the person: the address that they had, and the local ID or staff number where they left.',
    { field: 'emailAddress', code: 'nobody' },
  )
}

type Found = {
  id: number
  firstName: string | null
  lastName: string | null
  jobTitle: string | null
  since: Date | null
  organisationId: number
  code: string
  name: string
}
