import { createHmac } from 'node:crypto'
import type { Database } from '../database/open.ts'
import { Forbidden, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { sessionSecret } from './session-secret.ts'

/** What an operator may want to know of who tried what, with the log's level and words. Told in docs/operations.md. */
export const SECURITY_EVENTS = {
  authn_login_success: ['info', 'signed in'],
  authn_login_fail: ['warn', 'sign-in refused'],
  authn_openid_refused: ['warn', 'sign-in elsewhere refused'],
  authn_openid_linked: ['info', 'sign-in elsewhere linked'],
  authn_openid_unlinked: ['info', 'sign-in elsewhere unlinked'],
  authn_break_glass_used: ['warn', 'emergency sign-in'],
  authn_logout: ['info', 'signed out'],
  authn_password_change: ['info', 'password set'],
  authn_password_change_fail: ['warn', 'current password wrong'],
  authn_password_reset_asked: ['info', 'password link asked for'],
  authn_password_reset_mailed: ['info', 'password link mailed'],
  authn_link_shown: ['info', 'link shown'],
  authn_link_used: ['info', 'link used'],
  authn_link_refused: ['warn', 'link refused'],
  authn_second_factor_added: ['info', 'second factor added'],
  authn_second_factor_removed: ['info', 'second factor removed'],
  authn_second_factor_fail: ['warn', 'second factor refused'],
  authn_recovery_codes_made: ['info', 'recovery codes made'],
  authn_recovery_code_used: ['warn', 'recovery code used'],
  authn_confirmed: ['info', 'showed again who they are'],
  authn_confirm_fail: ['warn', 'did not show again who they are'],
  authn_token_created: ['info', 'token made'],
  authn_token_revoked: ['info', 'token revoked'],
  authn_token_refused: ['warn', 'token refused'],
  authz_fail: ['warn', 'not allowed, or not there'],
  form_refused: ['warn', 'form refused'],
  excess_rate_limit_exceeded: ['warn', 'too many attempts'],
  privilege_permissions_changed: ['info', 'role given or taken away'],
  user_disabled: ['info', 'administrator disabled'],
  user_enabled: ['info', 'administrator enabled'],
  user_break_glass_changed: ['info', 'emergency sign-in allowed or not'],
  session_ended: ['info', 'sessions ended'],
  upload_virus_found: ['warn', 'a virus'],
} as const satisfies Record<string, readonly ['info' | 'warn', string]>

/** What may be said of one: IDs, counts, and words of ours. Nothing that a person typed, nor what they are called. */
type Facts = {
  /** Who it was, or, where an operator did it by a command, whom it is about. */
  administrator?: number | undefined
  token?: number | undefined
  /** The network address that it came from: only its keyed hash is logged. */
  ip?: string | undefined
  /** The ID of the request, which its own line in the log has too. */
  request?: string
  /** As routes are written: `/uploads/:id`. */
  route?: string | undefined
  status?: 403 | 404
  what?: string | undefined
  /** Of what went wrong, as OpenID Connect or the library calls it. */
  code?: string | undefined
  role?: string
  sessions?: number
  tokens?: number
  mail?: number
  upload?: number
  signature?: string
}

/** Logs a security event; one of what didn't happen in the end (a transaction that is rolled back) may be told too. */
export function noteEvent(
  portal: Pick<Portal, 'log' | 'database'>,
  event: keyof typeof SECURITY_EVENTS,
  { ip, ...facts }: Facts,
): void {
  const [level, words] = SECURITY_EVENTS[event]
  const from = networkOf(portal, ip)
  portal.log[level]({ event, ...facts, ...(from ? { from } : {}) }, words)
}

/** The keyed hash that stands for a network address in the log. */
export function networkOf(portal: Pick<Portal, 'database'>, ip: string | undefined): string | undefined {
  const key = keys.get(portal.database)
  if (ip === undefined || key === undefined) return undefined
  return createHmac('sha256', key).update(ip).digest('hex').slice(0, 16)
}

/** Logs that somebody was refused something, if that is what went wrong. */
export function noteRefusal(portal: Portal, error: unknown, who: Facts): void {
  if (error instanceof Forbidden) noteEvent(portal, 'authz_fail', { ...who, status: 403 })
  if (error instanceof NotFound) noteEvent(portal, 'authz_fail', { ...who, status: 404 })
}

/**
 * Reads the key for the hashes of network addresses, once a process: the same for all processes on a database, and no
 * list of all addresses tells without it which is whose. Who serves requests has to call it.
 */
export async function readAddressKey(portal: Portal): Promise<void> {
  const secret = await sessionSecret(portal)
  keys.set(portal.database, createHmac('sha256', secret).update('network addresses in the log').digest())
}

const keys = new WeakMap<Database, Buffer>()
