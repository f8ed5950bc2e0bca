import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Config } from '../../config.ts'
import { Conflict, InvalidInput } from '../../errors.ts'
import { isPlainText } from '../../plain-text.ts'
import type { Portal } from '../../portal.ts'
import type { Actor } from '../actor.ts'
import type { Session } from '../sessions.ts'
import { takeChallenge, updateSession } from '../store.ts'
import { addFactor } from './add-app.ts'
import { type Prover, prove } from './prove.ts'
import { insertPasskey, notePasskeyUse, type StoredPasskey, selectPasskeys } from './store-passkeys.ts'

/** Passkeys are bound to the name of a portal: browsers have none for an address in numbers, nor over plain HTTP. */
export function arePasskeysPossible({ publicUrl }: Config): boolean {
  const { protocol, hostname } = new URL(publicUrl)
  return hostname === 'localhost' || (protocol === 'https:' && !/^[\d.]+$|^\[/.test(hostname))
}

const ALGORITHMS = [-8, -7, -257] // EdDSA, ES256 and RS256, as COSE numbers them

/** What the browser is asked to make a passkey with, as JSON. What it answers counts once, in this session. */
export async function beginPasskey(portal: Portal, session: Session): Promise<string> {
  const { actor } = session
  const known = await passkeysOf(portal, actor)
  const options = await generateRegistrationOptions({
    rpName: 'Muster',
    rpID: new URL(portal.config.publicUrl).hostname,
    userName: actor.email,
    userDisplayName: actor.name,
    userID: new TextEncoder().encode(`administrator ${actor.administratorId}`),
    excludeCredentials: known.map(({ credentialId: id, transports }) => ({ id, transports })),
    supportedAlgorithmIDs: ALGORITHMS,
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
  await keepChallenge(portal, session.idHash, options.challenge)
  return JSON.stringify(options)
}

/**
 * Adds the passkey that the browser has made to what one signs in with.
 * @returns recovery codes, to be shown this once; null where there are some already
 * @throws InvalidInput when it isn't one that was asked for here
 */
export async function addPasskey(
  portal: Portal,
  session: Session,
  given: { name: string; answer: string },
): Promise<string[] | null> {
  const name = readName(given.name)
  const response = readAnswer<RegistrationResponseJSON>(given.answer)
  const expected = await expectedOf(portal, session.idHash)
  const made =
    expected &&
    (await verifyRegistrationResponse({ response, ...expected, supportedAlgorithmIDs: ALGORITHMS }).catch(
      () => null,
    ))
  if (!made?.verified) throw notUsed('The passkey was not added. Try again.')
  const { id, publicKey, counter, transports = [] } = made.registrationInfo.credential
  const passkey = {
    administratorId: session.actor.administratorId,
    name,
    credentialId: id,
    publicKey: Buffer.from(publicKey),
    uses: counter,
    transports: [...transports],
  }
  return addFactor(portal, session, 'passkey', async (tx) => {
    const added = await insertPasskey(tx, passkey, portal.clock.now())
    if (added === undefined) throw new Conflict('This passkey is used here already.')
    return added
  })
}

/** What the browser is asked to use a passkey with, as JSON; null where they have none. */
export async function askForPasskey(portal: Portal, idHash: Buffer, actor: Actor): Promise<string | null> {
  const known = await passkeysOf(portal, actor)
  if (known.length === 0) return null
  const options = await generateAuthenticationOptions({
    rpID: new URL(portal.config.publicUrl).hostname,
    allowCredentials: known.map(({ credentialId: id, transports }) => ({ id, transports })),
    userVerification: 'preferred',
  })
  await keepChallenge(portal, idHash, options.challenge)
  return JSON.stringify(options)
}

/**
 * Shows who one is by a passkey of one's own.
 * @param idHash of the session, or of the sign-in that waits, in which it was asked for
 * @throws InvalidInput when it is another one, wasn't asked for here, or too many were tried
 */
export function proveByPasskey(portal: Portal, who: Prover, idHash: Buffer, answer: string): Promise<void> {
  return prove(portal, who, {
    by: 'passkey',
    wrong: 'The passkey was not taken. Try again.',
    field: 'passkey',
    isRight: async () => {
      const response = readAnswer<AuthenticationResponseJSON>(answer)
      const expected = await expectedOf(portal, idHash)
      const known = await passkeysOf(portal, who)
      const used = known.find(({ credentialId }) => credentialId === response.id)
      if (!expected || !used) return false
      const credential = credentialOf(used)
      const shown = await verifyAuthenticationResponse({ response, ...expected, credential }).catch(
        () => null,
      )
      if (!shown?.verified) return false
      const { newCounter } = shown.authenticationInfo
      await portal.database.transaction([], (tx) =>
        notePasskeyUse(tx, used.id, newCounter, portal.clock.now()),
      )
      return true
    },
  })
}

function passkeysOf(portal: Portal, { administratorId }: { administratorId: number }) {
  return portal.database.transaction([], (tx) => selectPasskeys(tx, administratorId))
}

async function keepChallenge(portal: Portal, idHash: Buffer, challenge: string): Promise<void> {
  await portal.database.transaction([], (tx) => updateSession(tx, idHash, { data: { challenge } }))
}

/** What an answer must fit, once: the challenge that was sent is taken out. */
async function expectedOf(portal: Portal, idHash: Buffer) {
  const challenge = await portal.database.transaction([], (tx) => takeChallenge(tx, idHash))
  if (challenge === undefined) return null
  const { origin, hostname } = new URL(portal.config.publicUrl)
  return {
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: hostname,
    requireUserVerification: false, // the password was shown
  }
}

function credentialOf({ credentialId, publicKey, uses }: StoredPasskey) {
  return { id: credentialId, publicKey: new Uint8Array(publicKey), counter: uses }
}

function readAnswer<Answer>(text: string): Answer {
  if (text === '') throw notUsed('No passkey was used. Try again.')
  try {
    return JSON.parse(text)
  } catch {
    throw notUsed('The passkey was not taken. Try again.')
  }
}

const LONGEST_NAME = 100

function readName(text: string): string {
  const name = text.trim()
  if (name === '') throw new InvalidInput('Give it a name, so that you know it again.', { field: 'name' })
  if (name.length <= LONGEST_NAME && isPlainText(name)) return name
  throw new InvalidInput(`A name is one line of at most ${LONGEST_NAME} characters.`, { field: 'name' })
}

function notUsed(message: string): InvalidInput {
  return new InvalidInput(message, { field: 'passkey' })
}
