import type { Transaction } from '../../database/open.ts'
import { InvalidInput } from '../../errors.ts'
import type { Portal } from '../../portal.ts'
import { noteWherever } from '../audit.ts'
import { mayUsePassword } from '../break-glass.ts'
import { isPassword } from '../passwords.ts'
import { networkOf, noteEvent } from '../security-events.ts'
import { selectAdministrator, selectGrants } from '../store.ts'
import { countAttempt, forgetAttempts, type Throttled, type Trier } from '../throttle.ts'
import { stepOfCode } from './app-codes.ts'
import { findCode, useCode } from './recovery-codes.ts'
import { seal, unseal } from './seal.ts'
import { selectApps, takeStep } from './store-factors.ts'
import { tellHolder } from './tell-holder.ts'

/** Who is to show who they are: somebody whose password was right, or who is signed in. */
export type Prover = Trier & { administratorId: number }

/**
 * Shows who one is by the code of one's authenticator app. A code works once.
 * @throws InvalidInput when it is wrong, used, or too many were tried
 */
export function proveByApp(portal: Portal, who: Prover, typed: string): Promise<void> {
  const code = typed.replace(/\s/g, '')
  if (code === '') throw new InvalidInput('Enter the code from your app.', { field: 'code' })
  return prove(portal, who, {
    by: 'app',
    wrong: 'This code is wrong, or was used already. Enter the one that the app shows now.',
    field: 'code',
    isRight: () => isCodeOfApp(portal, who.administratorId, code),
  })
}

/**
 * The same by a recovery code, which is used up; its holder is told by mail.
 * @throws InvalidInput as above
 */
export function proveByRecoveryCode(portal: Portal, who: Prover, typed: string): Promise<void> {
  if (typed === '') throw new InvalidInput('Enter one of your recovery codes.', { field: 'recovery-code' })
  return prove(portal, who, {
    by: 'recovery code',
    wrong: 'This is none of your recovery codes, or it was used already.',
    field: 'recovery-code',
    isRight: async () => {
      const id = await findCode(portal, who.administratorId, typed)
      return id !== undefined && portal.database.transaction([], (tx) => spend(tx, portal, who, id))
    },
  })
}

/** The same by one's password. @throws InvalidInput as above */
export function proveByPassword(portal: Portal, who: Prover, password: string): Promise<void> {
  if (password === '') throw new InvalidInput('Enter your password.', { field: 'password' })
  return prove(portal, who, {
    by: 'password',
    wrong: 'This is not your password.',
    field: 'password',
    isRight: async () => {
      const { administratorId: id } = who
      const found = await portal.database.transaction([], (tx) => selectAdministrator(tx, { id }))
      const hash = found && mayUsePassword(portal, found) ? found.passwordHash : null
      return isPassword(hash, password)
    },
  })
}

type Way = {
  by: 'app' | 'recovery code' | 'password' | 'passkey'
  wrong: string
  field: string
  isRight: () => Promise<boolean>
}

/** Counts the attempt, and notes when it was refused. */
export async function prove(portal: Portal, who: Prover, { by, wrong, field, isRight }: Way): Promise<void> {
  const counted: Throttled = by === 'password' ? 'sign-in' : 'second-factor'
  const attempt = await countAttempt(portal, counted, who)
  if (await isRight()) {
    await forgetAttempts(portal, attempt)
    return
  }
  const event = by === 'password' ? 'authn_confirm_fail' : 'authn_second_factor_fail'
  noteEvent(portal, event, { administrator: who.administratorId, ip: who.ip, what: by })
  await portal.database.transaction([], async (tx) =>
    noteWherever(tx, await selectGrants(tx, who.administratorId), {
      act: 'proof-refused',
      by: { administratorId: who.administratorId, network: networkOf(portal, who.ip) },
      about: { kind: 'administrator', id: who.administratorId },
      details: { with: by },
    }),
  )
  throw new InvalidInput(wrong, { field })
}

/** What the secret of somebody's app is sealed for. */
export function sealApp(portal: Portal, administratorId: number, secret: Buffer): Promise<Buffer> {
  return seal(portal, secret, aboutAppOf(administratorId))
}

async function isCodeOfApp(portal: Portal, administratorId: number, code: string): Promise<boolean> {
  const now = portal.clock.now()
  const apps = await portal.database.transaction([], (tx) => selectApps(tx, administratorId))
  for (const { id, secret } of apps) {
    const opened = await unseal(portal, secret, aboutAppOf(administratorId))
    if (opened === null) portal.log.warn({ administrator: administratorId }, 'a second factor can’t be read')
    const step = opened === null ? undefined : stepOfCode(opened, code, now)
    if (step !== undefined) return portal.database.transaction([], (tx) => takeStep(tx, id, step, now))
  }
  return false
}

function aboutAppOf(administratorId: number): string {
  return `authenticator app of administrator ${administratorId}`
}

async function spend(
  tx: Transaction,
  portal: Portal,
  { administratorId, email, ip }: Prover,
  id: number,
): Promise<boolean> {
  const left = await useCode(tx, portal, { administratorId, id })
  if (left === undefined) return false
  await tellHolder(tx, portal, email, 'code-used')
  noteEvent(portal, 'authn_recovery_code_used', { administrator: administratorId, ip })
  await noteWherever(tx, await selectGrants(tx, administratorId), {
    act: 'recovery-code-used',
    by: { administratorId, network: networkOf(portal, ip) },
    about: { kind: 'administrator', id: administratorId },
    details: { left },
  })
  return true
}
