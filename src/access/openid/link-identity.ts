import type { Transaction } from '../../database/open.ts'
import type { IdentityProvider } from '../../identity-providers.ts'
import { composeMail } from '../../mail/compose.ts'
import { queueMail } from '../../mail/outbox.ts'
import { takeLink, useUpLinksOf } from '../../mail/store-links.ts'
import type { Portal } from '../../portal.ts'
import { noteWherever } from '../audit.ts'
import { networkOf, noteEvent } from '../security-events.ts'
import { type Administrator, selectGrants } from '../store.ts'
import type { Claims } from './provider.ts'
import { SignInRefused } from './refusal.ts'
import { insertIdentity } from './store.ts'

/**
 * From now on the administrator is who comes with this issuer and subject. Invitations that wait are accepted by it, and
 * the administrator is told by mail.
 * @param given.linkHash of the invitation that they came with
 * @returns the identity's ID
 * @throws SignInRefused when they are known by another subject of that issuer: an address may come to somebody else
 */
export async function linkIdentity(
  tx: Transaction,
  portal: Portal,
  given: {
    administrator: Administrator
    provider: IdentityProvider
    claims: Claims
    linkHash: Buffer | null
    ip: string
  },
): Promise<number> {
  const { administrator, provider, claims, linkHash, ip } = given
  const now = portal.clock.now()
  if (linkHash && !(await takeLink(tx, linkHash, now))) throw new SignInRefused('stale', 'link-used')
  const { issuer, subject, email = null } = claims
  const identity = await insertIdentity(tx, {
    administratorId: administrator.id,
    issuer,
    subject,
    email,
    now,
  })
  if (identity === undefined) throw new SignInRefused('unknown', 'linked-otherwise')
  if (administrator.passwordHash === null) await useUpLinksOf(tx, administrator.id, now)
  await queueMail(tx, portal, {
    to: administrator.email,
    subject: `You can now sign in to Muster with ${provider.name}`,
    ...composeMail([
      `Somebody, probably you, signed in to Muster with ${provider.name} as you for the first time. From now on, that is a way in for you.`,
      'If it wasn’t you, tell whoever runs Muster at once. You can take it back under “Where you are signed in”:',
      { says: 'Where you are signed in', link: `${portal.config.publicUrl}/sessions` },
    ]),
  })
  noteEvent(portal, 'authn_openid_linked', { administrator: administrator.id, what: provider.id, ip })
  await noteWherever(tx, await selectGrants(tx, administrator.id), {
    act: 'identity-linked',
    by: { administratorId: administrator.id, network: networkOf(portal, ip) },
    about: { kind: 'administrator', id: administrator.id },
    details: { with: provider.id, 'by an invitation': linkHash !== null },
  })
  return identity
}
