/** Every role that an administrator can have. What each may do: access/permissions.ts. */
export const ROLES = [
  'global-administrator',
  'primary-local-administrator',
  'local-administrator',
  'local-helpdesk',
  'auditor',
] as const
