import { selectAdministrator } from '../access/store.ts'
import type { Transaction } from '../database/open.ts'
import { composeMail } from '../mail/compose.ts'
import { queueMail } from '../mail/outbox.ts'
import type { Portal } from '../portal.ts'
import { reportOf } from './registry.ts'
import { selectEndedWeekly } from './store.ts'

/** Tells whoever is sent a report every Monday that it has been made, or couldn't be: with a link to it, and no row of it. */
export async function tellWeekly(portal: Portal, tx: Transaction, id: number): Promise<void> {
  const run = await selectEndedWeekly(tx, id)
  if (run === undefined) return
  const administrator = await selectAdministrator(tx, { id: run.requestedBy })
  if (administrator === undefined) return
  const { title, kind } = reportOf(run.kind)
  const { publicUrl, mailDomain } = portal.config
  const isMade = run.status === 'completed'
  await queueMail(tx, portal, {
    to: administrator.email,
    messageId: `<weekly-report.${id}@${mailDomain}>`,
    subject: `${isMade ? 'Weekly report' : 'Weekly report could not be made'}: ${title}, ${run.organisationName}`,
    ...composeMail([
      isMade
        ? `The report “${title}” of ${run.organisationName} has been made, as you asked for every Monday.`
        : `The report “${title}” of ${run.organisationName} could not be made this week. Run it yourself, or wait for the next Monday.`,
      {
        says: isMade ? 'See and download the report' : 'Go to the report',
        link: `${publicUrl}/reports/${id}`,
      },
      { says: 'To stop these messages, go to', link: `${publicUrl}/reports/${kind}` },
    ]),
  })
}
