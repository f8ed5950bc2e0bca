import type { Actor } from '../access/actor.ts'
import { note } from '../access/audit.ts'
import { PERMISSIONS } from '../access/permissions.ts'
import { selectHolders } from '../access/store.ts'
import type { Transaction } from '../database/open.ts'
import { settingsOf } from '../directory/settings.ts'
import { queueMail } from '../mail/outbox.ts'
import type { Portal } from '../portal.ts'
import { askingMail } from './agreement-mail.ts'
import type { ChangeSet, Need } from './change-set.ts'
import { move } from './move.ts'
import { countWritten, hashPlan, noteAsked } from './store-agreement.ts'

/** How long a plan waits for agreement. */
export const AGREEMENT_DAYS = 7

const DAY_MS = 24 * 3600_000

/** Has a plan, locked and confirmed by the actor, wait for those who may agree to it, and tells them. */
export async function askForAgreement(
  portal: Portal,
  tx: Transaction,
  set: ChangeSet,
  { actor, needs }: { actor: Actor; needs: readonly Need[] },
): Promise<void> {
  const at = portal.clock.now()
  const until = new Date(at.getTime() + AGREEMENT_DAYS * DAY_MS)
  await noteAsked(tx, set.id, { needs, planHash: await hashPlan(tx, set.id), at, until })
  await move(portal, tx, set, 'awaiting-agreement')
  const accounts = await countWritten(tx, set.id)
  const told = new Set<number>()
  for (const need of needs) {
    const { timeZone } = await settingsOf(tx, need.organisationId)
    for (const { id, email } of await selectAsked(tx, need, actor.administratorId)) {
      if (told.has(id)) continue
      told.add(id)
      await queueMail(tx, portal, {
        to: email,
        messageId: `<agreement.${set.id}.${at.getTime()}.${id}@${portal.config.mailDomain}>`,
        changeSet: { id: set.id, organisationId: set.organisationId },
        ...askingMail({ set, need, accounts, until, timeZone, publicUrl: portal.config.publicUrl }),
      })
    }
  }
  await note(tx, {
    ...{ act: 'agreement-asked', by: actor, organisationId: set.organisationId },
    about: { kind: 'change-set', id: set.id },
    details: { accounts },
  })
}

/**
 * Who is asked for the yes that a plan needs: the administrators of the organisation besides whoever confirmed it; where
 * there are none, the Global Administrators.
 */
export async function selectAsked(
  tx: Transaction,
  { organisationId }: Pick<Need, 'organisationId'>,
  confirmedBy: number,
): Promise<{ id: number; email: string; name: string }[]> {
  for (const where of [organisationId, null]) {
    const others = (await selectHolders(tx, PERMISSIONS.agree, where)).filter(({ id }) => id !== confirmedBy)
    if (others.length > 0) return others
  }
  return []
}
