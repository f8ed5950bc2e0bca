import type { Portal } from '../../portal.ts'
import { noteEvent } from '../security-events.ts'
import { keepInSession, type Session } from '../sessions.ts'
import { proveByPasskey } from './passkeys.ts'
import { type Prover, proveByApp, proveByPassword } from './prove.ts'

/** So long after somebody has shown who they are, they aren't asked again before what matters most. */
const FRESH_MS = 15 * 60_000

export function isFresh(portal: Portal, { provenAt }: Session): boolean {
  return portal.clock.now().getTime() - provenAt.getTime() < FRESH_MS
}

/** What somebody who is signed in shows to confirm that it is they: one of these. */
export type Proof = { password: string } | { code: string } | { passkey: string }

/** @throws InvalidInput when it is wrong, or too many were tried */
export async function confirmSelf(portal: Portal, session: Session, proof: Proof, ip: string): Promise<void> {
  const { administratorId, email } = session.actor
  const who: Prover = { administratorId, email, ip, isSignedIn: true }
  if ('password' in proof) await proveByPassword(portal, who, proof.password)
  else if ('passkey' in proof) await proveByPasskey(portal, who, session.idHash, proof.passkey)
  else await proveByApp(portal, who, proof.code)
  const now = portal.clock.now()
  session.provenAt = now
  await keepInSession(portal, session, { provenAt: now.toISOString() })
  noteEvent(portal, 'authn_confirmed', { administrator: administratorId, ip })
}
