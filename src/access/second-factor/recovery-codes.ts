import { randomBytes } from 'node:crypto'
import type { Transaction } from '../../database/open.ts'
import type { Portal } from '../../portal.ts'
import { noteWherever } from '../audit.ts'
import { hashPassword, isPassword } from '../passwords.ts'
import { noteEvent } from '../security-events.ts'
import type { Session } from '../sessions.ts'
import { replaceRecoveryCodes, selectRecoveryCodes, takeRecoveryCode } from './store-factors.ts'
import { tellHolder } from './tell-holder.ts'

const CODES = 10
const LENGTH = 16 // of 32 letters and digits: 80 bits

// Without those that look like others: I, L and O are read as 1 and 0, U as V.
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Codes that each work once, in fours for the eye, and what is kept of them. */
export type NewCodes = { codes: string[]; hashes: string[] }

export async function makeCodes(): Promise<NewCodes> {
  const codes = Array.from({ length: CODES }, makeCode)
  const hashes = await Promise.all(codes.map((code) => hashPassword(code)))
  return { codes: codes.map((code) => (code.match(/.{4}/g) as string[]).join('-')), hashes }
}

/** Puts new codes in the place of one's old ones. @returns them: they are shown this once */
export async function renewCodes(portal: Portal, { actor }: Session): Promise<string[]> {
  const { codes, hashes } = await makeCodes()
  await portal.database.transaction([], async (tx) => {
    await replaceRecoveryCodes(tx, actor.administratorId, hashes)
    await tellHolder(tx, portal, actor.email, 'codes-made')
    noteEvent(portal, 'authn_recovery_codes_made', { administrator: actor.administratorId })
    await noteWherever(tx, actor.grants, {
      act: 'recovery-codes-made',
      by: actor,
      about: { kind: 'administrator', id: actor.administratorId },
    })
  })
  return codes
}

/** The one of somebody's codes that was typed, however it is written; undefined when it is none of them any more. */
export async function findCode(
  portal: Portal,
  administratorId: number,
  typed: string,
): Promise<number | undefined> {
  const given = asMade(typed)
  const kept = await portal.database.transaction([], (tx) => selectRecoveryCodes(tx, administratorId))
  for (const { id, codeHash } of given.length === LENGTH ? kept : [])
    if (await isPassword(codeHash, given)) return id
  return undefined
}

/** Uses one up, unless another request just did. @returns how many are left; undefined when it was used already */
export async function useCode(
  tx: Transaction,
  portal: Portal,
  { administratorId, id }: { administratorId: number; id: number },
): Promise<number | undefined> {
  if (!(await takeRecoveryCode(tx, id, portal.clock.now()))) return undefined
  return (await selectRecoveryCodes(tx, administratorId)).length
}

function makeCode(): string {
  return [...randomBytes(LENGTH)].map((byte) => SIGNS[byte % SIGNS.length]).join('')
}

function asMade(typed: string): string {
  const signs = typed.toUpperCase().replace(/[\s\p{Pd}]/gu, '')
  return signs.replace(/[IL]/g, '1').replaceAll('O', '0').replaceAll('U', 'V')
}
