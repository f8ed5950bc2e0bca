import { type Actor, may } from '../../access/actor.ts'
import type { Action } from '../../access/permissions.ts'

/** The pages under “Organisation”, in their order, and who may open each. */
export const ORGANISATION_PAGES: readonly { name: string; text: string; href: string; may: Action }[] = [
  {
    name: 'administrators',
    text: 'Administrators',
    href: '/organisation/administrators',
    may: 'read-audit',
  },
  { name: 'tokens', text: 'API tokens', href: '/organisation/tokens', may: 'read-accounts' },
  { name: 'audit-log', text: 'Audit log', href: '/organisation/audit-log', may: 'read-audit' },
]

export function pagesFor(actor: Actor) {
  return ORGANISATION_PAGES.filter((page) => may(actor, page.may))
}
