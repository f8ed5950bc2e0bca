import { selectAdministrator } from '../access/store.ts'
import type { Transaction } from '../database/open.ts'
import { queueMail } from '../mail/outbox.ts'
import type { Portal } from '../portal.ts'
import { type Answer, answerMail } from './agreement-mail.ts'
import type { ChangeSet } from './change-set.ts'
import { countWritten } from './store-agreement.ts'

/** Tells whoever asked for agreement what became of it, once. */
export async function tellAnswer(
  portal: Portal,
  tx: Transaction,
  set: ChangeSet,
  answer: Answer,
): Promise<void> {
  const { id, organisationId, confirmedBy, askedAt } = set
  const asker = confirmedBy === null ? undefined : await selectAdministrator(tx, { id: confirmedBy })
  if (asker === undefined) return
  const accounts = await countWritten(tx, id)
  const [chosen] = set.needs.flatMap((need) => (need.for === 'other-side' ? (need.chosen ?? []) : []))
  await queueMail(tx, portal, {
    to: asker.email,
    messageId: `<answer.${id}.${askedAt?.getTime() ?? 0}@${portal.config.mailDomain}>`,
    changeSet: { id, organisationId },
    ...answerMail({ set, answer, chosen, accounts, publicUrl: portal.config.publicUrl }),
  })
}
