import sql from 'sql-template-tag'
import type { Transaction } from './open.ts'

/** What the login behind the portal's role may do that the role itself may not. */
export async function selectLoginRights(
  tx: Transaction,
): Promise<{ isSuperuser: boolean; ownsTables: boolean } | undefined> {
  return tx.row<{ isSuperuser: boolean; ownsTables: boolean }>(
    sql`select r.rolsuper or r.rolbypassrls as "isSuperuser", pg_has_role(r.oid, c.relowner, 'member') as "ownsTables"
        from pg_roles r, pg_class c where r.rolname = session_user and c.oid = 'account'::regclass`,
  )
}
