import type { Transaction } from '../../database/open.ts'
import type { IdentityProvider } from '../../identity-providers.ts'
import { selectLink } from '../../mail/store-links.ts'
import type { Portal } from '../../portal.ts'
import { hashSecret } from '../../secret.ts'
import type { Actor } from '../actor.ts'
import { loadActor } from '../administrators.ts'
import { emailKey } from '../email.ts'
import { noteEvent } from '../security-events.ts'
import { type Administrator, selectAdministrator } from '../store.ts'
import { sentWith } from './begin.ts'
import { linkIdentity } from './link-identity.ts'
import { type Claims, providerOf, redeem } from './provider.ts'
import { SignInRefused } from './refusal.ts'
import { type OpenIdProof, proofOf } from './second-factor.ts'
import { type OpenIdRequest, selectIdentities, takeRequest, updateIdentityUsed } from './store.ts'

export type SignedInElsewhere = { actor: Actor; openid: OpenIdProof; next: string }

/**
 * Who comes back from a provider. The first time they are found by the invitation that they accept, or by an address
 * that the provider has verified; from then on by issuer and subject.
 * @param given.query what they came back with
 * @throws NotFound for no provider; SignInRefused, after which nothing has changed
 */
export async function finishSignIn(
  portal: Portal,
  given: { provider: string; query: string; browser: string | undefined; ip: string },
): Promise<SignedInElsewhere> {
  const provider = providerOf(portal, given.provider)
  try {
    const { request, sent } = await takeBegun(portal, provider, given)
    const claims = await redeem(portal, provider, given.query, sent)
    const { actor, identity } = await portal.database.transaction([], (tx) =>
      whoIs(tx, portal, { provider, claims, request, ip: given.ip }),
    )
    return { actor, openid: proofOf(provider, identity, claims), next: request.next }
  } catch (error) {
    if (error instanceof SignInRefused)
      noteEvent(portal, 'authn_openid_refused', { what: error.why, code: error.what, ip: given.ip })
    throw error
  }
}

async function takeBegun(
  portal: Portal,
  provider: IdentityProvider,
  { query, browser }: { query: string; browser: string | undefined },
) {
  const state = new URLSearchParams(query).get('state')
  if (state === null || browser === undefined) throw new SignInRefused('stale')
  const request = await portal.database.transaction([], (tx) =>
    takeRequest(tx, {
      stateHash: hashSecret(state),
      browserHash: hashSecret(browser),
      provider: provider.id,
      now: portal.clock.now(),
    }),
  )
  if (!request) throw new SignInRefused('stale')
  return { request, sent: sentWith(browser, state) }
}

type Back = { provider: IdentityProvider; claims: Claims; request: OpenIdRequest; ip: string }

async function whoIs(
  tx: Transaction,
  portal: Portal,
  back: Back,
): Promise<{ actor: Actor; identity: number }> {
  const [known] = await selectIdentities(tx, back.claims)
  const invited = await invitedBy(tx, portal, back.request)
  if (known && invited && invited.id !== known.administratorId)
    throw new SignInRefused('unknown', 'of-another')
  if (known) {
    await updateIdentityUsed(tx, known.id, portal.clock.now())
    return { actor: await mayEnter(tx, known.administratorId), identity: known.id }
  }
  const administrator = invited ?? (await withVerifiedAddress(tx, back))
  const identity = await linkIdentity(tx, portal, {
    administrator,
    ...back,
    linkHash: invited ? back.request.linkHash : null,
  })
  return { actor: await mayEnter(tx, administrator.id), identity }
}

async function mayEnter(tx: Transaction, administratorId: number): Promise<Actor> {
  const actor = await loadActor(tx, administratorId)
  if (!actor) throw new SignInRefused('unknown', 'disabled')
  return actor
}

/** Whose invitation they came with. Whoever has a password already was asked for it, or has lost it: not by this way. */
async function invitedBy(
  tx: Transaction,
  portal: Portal,
  { linkHash }: OpenIdRequest,
): Promise<Administrator | undefined> {
  const link = linkHash && (await selectLink(tx, linkHash, portal.clock.now()))
  const holder = link ? await selectAdministrator(tx, { id: link.administratorId }) : undefined
  return holder?.passwordHash === null ? holder : undefined
}

async function withVerifiedAddress(tx: Transaction, { provider, claims }: Back): Promise<Administrator> {
  const { email = '', emailVerified = provider.trustEmail } = claims
  if (email === '') throw new SignInRefused('unknown', 'no-address')
  if (!emailVerified) throw new SignInRefused('unknown', 'address-not-verified')
  const key = emailKey(email)
  // There are letters that are small Latin ones only when made small: another mailbox, which looks the same.
  if (isLatin(key) && !isLatin(email)) throw new SignInRefused('unknown', 'address-folds')
  const found = await selectAdministrator(tx, { emailKey: key })
  if (!found) throw new SignInRefused('unknown', 'nobody')
  return found
}

function isLatin(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}
