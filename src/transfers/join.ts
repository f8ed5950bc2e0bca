import { type Actor, asActor } from '../access/actor.ts'
import { countAttempt, forgetAttempts } from '../access/throttle.ts'
import { applyAtOnce } from '../changes/apply/apply-at-once.ts'
import type { FieldValues } from '../changes/change.ts'
import { planAccounts } from '../changes/plan/plan-accounts.ts'
import type { Transaction } from '../database/open.ts'
import { type Organisation, selectOrganisations } from '../directory/store.ts'
import { InvalidInput, NotFound, refuseTogetherInTurn } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type Leaver, nobody, openForJoining, refuseEmpty, selectLeaver } from './find-leaver.ts'
import { readLocalId } from './read-local-id.ts'
import { type Places, readPlaces, type WantedPlaces } from './read-places.ts'
import { isLocalIdTaken } from './store.ts'

/** A leaver of another organisation, and what they are to be in the one that takes them on. */
export type WantedJoin = Leaver &
  WantedPlaces & {
    /** The code of the organisation that takes them on. */
    to: string
    /** The local ID that they get there. */
    localId: string
  }

/**
 * Takes on somebody who has left another organisation: their account comes along, active again, with its addresses and
 * its history. It is a change set of one row that is applied at once, which both organisations see.
 * @returns the account, and the set
 * @throws as findLeaver; InvalidInput for a site, a unit or a local ID that can't be
 */
export async function joinLeaver(
  portal: Portal,
  actor: Actor,
  wanted: WantedJoin,
): Promise<{ accountId: number; changeSet: number }> {
  refuseEmpty(wanted)
  const attempt = await countAttempt(portal, 'leaver', { email: actor.email, ip: '', isSignedIn: true })
  const joined = await asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    const [to] = await selectOrganisations(tx, scope, { code: wanted.to.trim().toUpperCase() })
    if (!to) throw new NotFound('There is no such organisation.')
    openForJoining(actor, to)
    const { places, localId, key } = await readPlace(portal, tx, to, wanted)
    const { id, from } = await selectLeaver(tx, to, wanted)
    await tx.setScope([from.id, to.id])
    if (await isLocalIdTaken(tx, to.id, key))
      throw new InvalidInput(`The local ID “${localId}” is taken at ${to.name}. Type another one.`, {
        field: 'localId',
        code: 'local-id-taken',
      })
    const values: FieldValues = { status: 'Active', organisation: to.code, localId, ...places }
    const [change] = await planAccounts(tx, from.id, new Map([[id, values]]))
    if (change?.before?.status !== 'Leaver') throw nobody() // somebody else was quicker
    // Fields that keep their value are part of the set too, since they went along: see PLACE_FIELDS.
    const before = { ...places, localId, ...change.before }
    const changeSet = await applyAtOnce(
      portal,
      tx,
      { kind: 'transfer', organisationId: from.id, counterpartId: to.id, by: actor.administratorId },
      [{ ...change, before, counterpartId: to.id }],
    )
    return { accountId: id, changeSet: changeSet as number }
  })
  await forgetAttempts(portal, attempt)
  return joined
}

/** @throws InvalidInput with all that is wrong */
async function readPlace(portal: Portal, tx: Transaction, to: Organisation, wanted: WantedJoin) {
  let places: Places = { site: null, organisationalUnit: null }
  let read = { localId: '', key: '' }
  await refuseTogetherInTurn(
    async () => {
      read = readLocalId(wanted.localId, 'localId')
    },
    async () => {
      places = await readPlaces(portal, tx, to, wanted)
    },
  )
  return { places, ...read }
}
