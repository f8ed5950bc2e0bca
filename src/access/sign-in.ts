import { verify } from '@node-rs/argon2'
import { InvalidInput } from '../errors.ts'
import type { Portal } from '../portal.ts'
import type { Actor } from './actor.ts'
import { loadActor } from './administrators.ts'
import { findAdministrator } from './store.ts'

export async function signIn(
  portal: Portal,
  given: { email: string; password: string; ip: string },
): Promise<Actor> {
  const actor = await portal.database.transaction([], async (tx) => {
    const found = await findAdministrator(tx, { emailKey: given.email.toLowerCase() })
    if (!found?.passwordHash || !(await verify(found.passwordHash, given.password))) return null
    return loadActor(tx, found.id)
  })
  if (!actor) throw new InvalidInput('The e-mail address or the password is wrong.', { field: 'email' })
  return actor
}
