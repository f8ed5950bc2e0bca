import { type Actor, may } from '../../access/actor.ts'
import type { Action } from '../../access/permissions.ts'

/** The pages under “Organisation”, in their order, and who may open each. */
export const ORGANISATION_PAGES: readonly { name: string; text: string; href: string; may: Action }[] = [
  { name: 'places', text: 'Sites and units', href: '/organisation/places', may: 'read-accounts' },
  {
    name: 'administrators',
    text: 'Administrators',
    href: '/organisation/administrators',
    may: 'read-audit',
  },
  { name: 'tokens', text: 'API tokens', href: '/organisation/tokens', may: 'read-accounts' },
  { name: 'settings', text: 'Settings', href: '/organisation/settings', may: 'manage-organisation' },
  { name: 'audit-log', text: 'Audit log', href: '/organisation/audit-log', may: 'read-audit' },
  { name: 'organisations', text: 'All organisations', href: '/organisations', may: 'manage-organisations' },
]

export function pagesFor(actor: Actor) {
  return ORGANISATION_PAGES.filter((page) => may(actor, page.may))
}
