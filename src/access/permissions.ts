import { InvalidInput } from '../errors.ts'
import { ROLES } from '../roles.ts'

/** Who may do what: the one table. What is not in it may not be done. */

export type Role = (typeof ROLES)[number]

export type Action =
  | 'read-accounts'
  | 'change-accounts'
  | 'change-status'
  | 'delete-accounts'
  | 'transfer'
  | 'read-uploads'
  | 'upload'
  | 'agree'
  | 'read-outbox'
  | 'read-audit'
  | 'grant-roles'
  | 'manage-organisation'
  | 'manage-organisations'

export const PERMISSIONS: Record<Action, readonly Role[]> = {
  'read-accounts': ROLES,
  'read-uploads': ['global-administrator', 'primary-local-administrator', 'local-administrator', 'auditor'],
  upload: ['global-administrator', 'primary-local-administrator', 'local-administrator'],
  'change-accounts': ['global-administrator', 'primary-local-administrator', 'local-administrator'],
  /** To disable accounts and to enable them. */
  'change-status': [
    'global-administrator',
    'primary-local-administrator',
    'local-administrator',
    'local-helpdesk',
  ],
  'delete-accounts': ['global-administrator'],
  transfer: ['global-administrator', 'primary-local-administrator', 'local-administrator'],
  agree: ['global-administrator', 'primary-local-administrator', 'local-administrator'],
  'read-outbox': ['global-administrator'],
  'grant-roles': ['global-administrator', 'primary-local-administrator'],
  'manage-organisation': ['global-administrator', 'primary-local-administrator'],
  'manage-organisations': ['global-administrator'],
  'read-audit': ['global-administrator', 'primary-local-administrator', 'auditor'],
}

export const ROLE_NAMES: Record<Role, string> = {
  'global-administrator': 'Global Administrator',
  'primary-local-administrator': 'Primary Local Administrator',
  'local-administrator': 'Local Administrator',
  'local-helpdesk': 'Local Helpdesk',
  auditor: 'Auditor',
}

/** @throws InvalidInput naming the roles there are */
export function refuseUnknownRole(role: string): asserts role is Role {
  if (!(ROLES as readonly string[]).includes(role))
    throw new InvalidInput(`“${role}” is not a role. The roles are: ${ROLES.join(', ')}.`, { field: 'role' })
}
