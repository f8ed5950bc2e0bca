import type { Actor } from '../access/actor.ts'
import type { FieldValues } from '../changes/change.ts'
import { foldKey } from '../directory/address-name.ts'
import { Conflict, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type Edited, editAccount } from './edit-account.ts'

/** A further address for an account; mail to it arrives as to its others. @throws as editAccount does */
export function addAddress(portal: Portal, actor: Actor, id: number, address: string): Promise<Edited> {
  return editAccount(portal, actor, id, {
    values: ({ aliases }) => ({ aliases: [...listOf(aliases), address] }),
  })
}

/**
 * Makes another address the primary one, and leaves the one that was as an alias.
 * @param address one of the account's own, or a new one
 * @throws as editAccount does
 */
export function choosePrimaryAddress(
  portal: Portal,
  actor: Actor,
  id: number,
  address: string,
): Promise<Edited> {
  return editAccount(portal, actor, id, { values: { emailAddress: address } })
}

/**
 * Takes an alias away: it is free for others then.
 * @throws NotFound for an address that isn't the account's; Conflict for its primary one; else as editAccount does
 */
export function removeAddress(portal: Portal, actor: Actor, id: number, address: string): Promise<Edited> {
  const key = foldKey(address)
  return editAccount(portal, actor, id, {
    values: ({ emailAddress, aliases }) => {
      if (foldKey(String(emailAddress ?? '')) === key) {
        throw new Conflict(
          `${address} is the primary address. Make another one the primary address first, then remove this one.`,
        )
      }
      const others = listOf(aliases).filter((alias) => foldKey(alias) !== key)
      if (others.length === listOf(aliases).length) throw new NotFound('The account has no such address.')
      return { aliases: others }
    },
  })
}

function listOf(value: FieldValues[string] | undefined): string[] {
  return Array.isArray(value) ? [...value] : []
}
