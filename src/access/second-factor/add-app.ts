import { randomBytes } from 'node:crypto'
import type { Transaction } from '../../database/open.ts'
import { Conflict, InvalidInput } from '../../errors.ts'
import type { Portal } from '../../portal.ts'
import type { Actor } from '../actor.ts'
import { noteWherever } from '../audit.ts'
import { noteEvent } from '../security-events.ts'
import type { Session } from '../sessions.ts'
import { deleteSessionsOf, updateSession } from '../store.ts'
import { appAddress, inLetters, SECRET_BYTES, stepOfCode } from './app-codes.ts'
import { sealApp } from './prove.ts'
import { makeCodes } from './recovery-codes.ts'
import { seal, unseal } from './seal.ts'
import {
  type FactorKind,
  insertApp,
  lockFactors,
  replaceRecoveryCodes,
  selectFactors,
} from './store-factors.ts'
import { tellHolder } from './tell-holder.ts'

/** An authenticator app that is being set up: nothing is kept of it yet but what its page sends along. */
export type NewApp = {
  /** What the app reads from the picture. */
  address: string
  /** What is typed where it can't. */
  letters: string
  /** The secret, for the form that brings its first code. */
  sealed: string
}

/** As many as anybody has telephones and keys. */
const MOST = 10

/**
 * @param sealed of one that is being set up already; a new one is begun for none, and for what can't be read
 */
export async function beginApp(portal: Portal, actor: Actor, sealed = ''): Promise<NewApp> {
  const begun = await readSealed(portal, actor, sealed)
  const secret = begun ?? randomBytes(SECRET_BYTES)
  const { host } = new URL(portal.config.publicUrl)
  return {
    address: appAddress(secret, { email: actor.email, host }),
    letters: inLetters(secret),
    sealed: begun ? sealed : (await seal(portal, secret, aboutNewAppOf(actor))).toString('base64url'),
  }
}

/**
 * Adds the app to what one signs in with, once it has shown a right code. With the first one, whoever signed in without it
 * elsewhere is signed out.
 * @returns recovery codes, to be shown this once; null where there are some already
 * @throws InvalidInput for a wrong code
 */
export async function addApp(
  portal: Portal,
  session: Session,
  { sealed, code }: { sealed: string; code: string },
): Promise<string[] | null> {
  const { actor } = session
  const secret = await readSealed(portal, actor, sealed)
  if (secret === null)
    throw new InvalidInput('This page was out of date. Scan the picture again.', { field: 'code' })
  const typed = code.replace(/\s/g, '')
  if (typed === '') throw new InvalidInput('Enter the code that your app shows now.', { field: 'code' })
  const now = portal.clock.now()
  const step = stepOfCode(secret, typed, now)
  if (step === undefined)
    throw new InvalidInput(
      'This code doesn’t fit. Enter the one that the app shows now; if it is refused again, look whether the telephone’s time is set by itself.',
      { field: 'code' },
    )
  const app = {
    administratorId: actor.administratorId,
    name: 'Authenticator app',
    secret: await sealApp(portal, actor.administratorId, secret),
    step,
  }
  return addFactor(portal, session, 'app', (tx) => insertApp(tx, app, now))
}

/** Adds what one signs in with, of any kind: see `addApp`. */
export async function addFactor(
  portal: Portal,
  session: Session,
  kind: FactorKind,
  insert: (tx: Transaction) => Promise<number>,
): Promise<string[] | null> {
  const { actor } = session
  const made = await makeCodes()
  return portal.database.transaction([], async (tx) => {
    await lockFactors(tx, actor.administratorId)
    const before = await selectFactors(tx, actor.administratorId)
    if (before.length >= MOST) throw new Conflict('You have as many as there may be. Remove one first.')
    await insert(tx)
    const isFirst = before.length === 0
    const at = portal.clock.now().toISOString()
    await updateSession(tx, session.idHash, { data: { secondFactor: { kind, at }, provenAt: at } })
    const sessions = isFirst ? await deleteSessionsOf(tx, actor.administratorId, session.idHash) : 0
    if (isFirst) await replaceRecoveryCodes(tx, actor.administratorId, made.hashes)
    await tellHolder(tx, portal, actor.email, 'added')
    const { administratorId: id } = actor
    noteEvent(portal, 'authn_second_factor_added', { administrator: id, what: kind, sessions })
    await noteWherever(tx, actor.grants, {
      act: 'second-factor-added',
      by: actor,
      about: { kind: 'administrator', id },
      details: { kind, 'sessions ended': sessions },
    })
    return isFirst ? made.codes : null
  })
}

function readSealed(portal: Portal, actor: Actor, sealed: string): Promise<Buffer | null> {
  return unseal(portal, Buffer.from(sealed, 'base64url'), aboutNewAppOf(actor))
}

function aboutNewAppOf({ administratorId }: Actor): string {
  return `new authenticator app of administrator ${administratorId}`
}
