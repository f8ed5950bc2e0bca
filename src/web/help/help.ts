import type { FastifyReply } from 'fastify'
import { type Action, PERMISSIONS, ROLE_NAMES } from '../../access/permissions.ts'
import { DEFAULT_DAYS } from '../../directory/due.ts'
import { ROLES } from '../../roles.ts'
import { contactOf } from '../layout/contact.ts'
import type { PageRequest } from '../request.ts'

/** What one may do, in the order in which most people may. */
const DEEDS: readonly { text: string; action: Action }[] = [
  { text: 'See people, and get reports', action: 'read-accounts' },
  { text: 'See the files that were sent', action: 'read-uploads' },
  { text: 'Disable and enable accounts', action: 'change-status' },
  { text: 'Send files; add, change and transfer people; take back', action: 'change-accounts' },
  { text: 'Agree to what others want to change', action: 'agree' },
  { text: 'Read the audit log', action: 'read-audit' },
  { text: 'Invite administrators and give roles', action: 'grant-roles' },
  { text: 'Change sites, units and settings', action: 'manage-organisation' },
  { text: 'Delete accounts', action: 'delete-accounts' },
  { text: 'Add and close organisations', action: 'manage-organisations' },
]

/** The questions of somebody who is new here, each with its answer. */
export async function showHelp({ portal }: PageRequest, reply: FastifyReply) {
  return reply.page('help/help.njk', {
    roles: ROLES.map((role) => ROLE_NAMES[role]),
    deeds: DEEDS.map(({ text, action }) => ({
      text,
      may: ROLES.map((role) => PERMISSIONS[action].includes(role)),
    })),
    contact: contactOf(portal.config.contact),
    keepDays: portal.config.uploadKeepDays,
  })
}

/** How accessible the portal is. */
export async function showAccessibility({ portal }: PageRequest, reply: FastifyReply) {
  return reply.page('help/accessibility.njk', { contact: contactOf(portal.config.contact) })
}

/** What is kept about people, and for how long. */
export async function showPrivacy({ portal }: PageRequest, reply: FastifyReply) {
  return reply.page('help/privacy.njk', {
    contact: contactOf(portal.config.contact),
    keepDays: portal.config.uploadKeepDays,
    leaverDays: DEFAULT_DAYS.leaver,
    deletedDays: DEFAULT_DAYS.deleted,
  })
}
