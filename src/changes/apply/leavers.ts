import { note } from '../../access/audit.ts'
import { noteEvent } from '../../access/security-events.ts'
import { deleteGrantsUnder } from '../../access/store.ts'
import { endWhatIsOver } from '../../access/withdrawal.ts'
import type { Transaction } from '../../database/open.ts'
import { settingsOf } from '../../directory/settings.ts'
import { composeMail } from '../../mail/compose.ts'
import { queueMails } from '../../mail/outbox.ts'
import type { Portal } from '../../portal.ts'
import { count } from '../../words.ts'
import type { ChangeSet } from '../change-set.ts'
import { addressesOfLeavers, leaversToTell, selectOrganisationName } from './store-leavers.ts'
import type { Chunk } from './write-accounts.ts'

/**
 * What comes of it, in the chunk's transaction, where its rows have made people leavers or deleted them: who administers
 * the organisation under an address of the account's does so no more, with sessions and tokens, and a leaver is told at their other address.
 */
export async function followLeavers(
  portal: Portal,
  tx: Transaction,
  chunk: Chunk,
  { kind, fields, organisationId }: Pick<ChangeSet, 'kind' | 'fields' | 'organisationId'>,
): Promise<void> {
  if (!fields.includes('status')) return
  if (kind === 'action') await tellLeavers(portal, tx, chunk, organisationId) // what is put back isn't told again
  for (const { administrator, role } of await deleteGrantsUnder(tx, addressesOfLeavers(chunk))) {
    noteEvent(portal, 'privilege_permissions_changed', { administrator, role, what: 'taken away' })
    await endWhatIsOver(tx, administrator, chunk.at)
    await note(tx, {
      ...{ act: 'role-taken', by: { administratorId: chunk.by }, organisationId },
      about: { kind: 'administrator', id: administrator },
      details: { role, 'change set': chunk.changeSetId },
    })
  }
}

async function tellLeavers(
  portal: Portal,
  tx: Transaction,
  chunk: Chunk,
  organisationId: number,
): Promise<void> {
  const organisation = await selectOrganisationName(tx, organisationId)
  const { days } = await settingsOf(tx, organisationId)
  await queueMails(tx, portal, {
    ...leaverMail(organisation, days.leaver),
    changeSet: { id: chunk.changeSetId, organisationId },
    to: leaversToTell(chunk),
    key: 'leaver',
  })
}

function leaverMail(organisation: string, days: number) {
  return {
    subject: `${organisation} has marked your directory entry as a leaver’s`,
    ...composeMail([
      `${organisation} has noted in its staff directory that you have left, or are about to leave.`,
      `Your entry is kept for ${count(days, 'day')}. Until then the organisation that you join can take it over, with your e-mail address.`,
      `If this is a mistake, tell ${organisation}: they can restore it.`,
    ]),
  }
}
