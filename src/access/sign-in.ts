import { InvalidInput, refuseTogether } from '../errors.ts'
import type { Portal } from '../portal.ts'
import type { Actor } from './actor.ts'
import { actorFor } from './administrators.ts'
import { mayUsePassword, tellBreakGlass } from './break-glass.ts'
import { emailKey } from './email.ts'
import { isPassword } from './passwords.ts'
import { noteEvent } from './security-events.ts'
import { selectAdministrator } from './store.ts'
import { countAttempt, forgetAttempts, type Trier } from './throttle.ts'

/**
 * Whose password it is: whether that is enough, admit.ts says. A wrong address and a wrong password are one answer, given after the same time.
 * @throws InvalidInput when they don't fit, or with the code `too-many-attempts`
 */
export async function signIn(
  portal: Portal,
  given: Omit<Trier, 'isSignedIn'> & { password: string },
): Promise<Actor> {
  refuseTogether(
    () => refuseEmpty(given.email, 'email', 'Enter your e-mail address.'),
    () => refuseEmpty(given.password, 'password', 'Enter your password.'),
  )
  const attempt = await countAttempt(portal, 'sign-in', given)
  const found = await portal.database.transaction([], (tx) =>
    selectAdministrator(tx, { emailKey: emailKey(given.email) }),
  )
  const right = await isPassword(found?.passwordHash ?? null, given.password)
  const actor = found && right && mayUsePassword(portal, found) ? await actorFor(portal, found.id) : null
  if (!actor) {
    noteEvent(portal, 'authn_login_fail', { administrator: found?.id, ip: given.ip })
    throw new InvalidInput(portal.config.localSignIn === 'on' ? WRONG : ONLY_FOR_EMERGENCIES, {
      field: 'email',
    })
  }
  await forgetAttempts(portal, attempt)
  if (portal.config.localSignIn === 'off') await tellBreakGlass(portal, actor, given.ip)
  return actor
}

function refuseEmpty(text: string, field: string, message: string): void {
  if (text === '') throw new InvalidInput(message, { field })
}

const WRONG =
  'The e-mail address or the password is wrong. Check both; for the password, capital letters count.'
const ONLY_FOR_EMERGENCIES =
  'The e-mail address or the password is wrong, or you are not one of the few who may sign in with a password here.'
