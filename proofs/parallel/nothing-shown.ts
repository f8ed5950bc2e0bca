import { setTimeout as sleep } from 'node:timers/promises'
import type { OwnMailServer } from '../support/mail-server.ts'
import type { Place } from './check-parallel.ts'

const PATIENCE_MS = 300_000

/** Waits until each upload's results have come by mail; they came once. */
export async function eachMailedOnce(mail: OwnMailServer, sent: readonly { id: number }[]): Promise<void> {
  const arrived = (id: number) =>
    mail.accepted.filter((one) => one.messageId?.startsWith(`<results.${id}@`)).length
  for (const end = Date.now() + PATIENCE_MS; !sent.every(({ id }) => arrived(id) > 0); await sleep(50))
    if (Date.now() > end) throw new Error('the results of an upload never came by mail')
  const repeated = sent.filter(({ id }) => arrived(id) !== 1)
  if (repeated.length > 0) throw new Error(`results came twice: ${repeated.map(({ id }) => id)}`)
}

/**
 * Nobody is shown a deadlock: not in the log, nor as the reason of an upload or the detail of a row.
 * @returns how many there were, which the portal then tried again
 */
export async function noDeadlockShown({ deployment, client }: Place): Promise<number> {
  const lines = [...deployment.webs, ...deployment.workers].flatMap((one) => one.log())
  const shown = lines.find((line) => line.level >= 50 || /40P01|deadlock/.test(JSON.stringify(line)))
  if (shown) throw new Error(`the log says: ${JSON.stringify(shown)}`)
  const { rows } = await client.query(
    `select (select count(*) from change_set where status = 'failed' or reason::text ~ 'deadlock|40P01')::integer
        + (select count(*) from change where detail ~ 'deadlock|40P01|could not be written')::integer as told,
       (select deadlocks from pg_stat_database where datname = current_database())::integer as deadlocks`,
  )
  if (rows[0].told > 0) throw new Error(`${rows[0].told} uploads or rows tell of a fault`)
  return rows[0].deadlocks
}
