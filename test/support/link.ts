import sql from 'sql-template-tag'
import { forgottenPassword, mailLinks } from '../../src/access/forgotten-password.ts'
import { makeLinkOf } from '../../src/mail/link.ts'
import type { Portal } from '../../src/portal.ts'

/** Somebody has forgotten their password, and the worker has written the message. */
export async function askForLink(portal: Portal, email: string): Promise<void> {
  await forgottenPassword(portal, { email, ip: '192.0.2.1' })
  await mailLinks(portal)
}

/** The secret of the link in the newest message to an address, made as where nothing is sent. */
export async function secretForNewestMail(portal: Portal, to: string): Promise<string> {
  const text = await portal.database.transaction('everything', async (tx) => {
    const mail = await tx.row<{ id: number }>(
      sql`select id from mail where to_address = ${to} order by id desc limit 1`,
    )
    return makeLinkOf(tx, mail?.id as number, portal.clock.now())
  })
  return secretOf(text)
}

export function secretOf(text = ''): string {
  return /link=([\w-]+)/.exec(text)?.[1] as string
}
