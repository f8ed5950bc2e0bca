import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { connectionConfig, PORTAL_ROLE } from './open.ts'

/** The login by which Muster's own PostgreSQL is served. */
export const LOGIN_ROLE = 'muster_login'

/**
 * Makes the user of `loginUrl` where there is none: a login without rights of its own, not even those of the portal's
 * role, which it may become and no other. One that is there already may become it from now on too, and takes the URL's
 * password where it has another one and no more rights than that.
 * @param ownerUrl of a user who may create roles and made the portal's
 */
export async function makeLogin(ownerUrl: string, loginUrl: string): Promise<void> {
  const { user, password } = new Client(loginUrl) // which reads the URL as every connection does; it isn't opened
  const owner = new Client(connectionConfig(ownerUrl))
  await owner.connect()
  try {
    const verifier = password ? verifierOf(password) : null
    const { rows } = await owner.query<{ isMember: boolean; isStrong: boolean }>(
      `select pg_has_role(oid, $2, 'member') as "isMember", rolsuper or rolcreaterole as "isStrong"
       from pg_roles where rolname = $1`,
      [user, PORTAL_ROLE],
    )
    const [found] = rows
    await owner.query('begin')
    if (!found) await runFormatted(owner, 'create role %I login noinherit password %L', [user, verifier])
    if (!found?.isMember) await runFormatted(owner, 'grant %I to %I', [PORTAL_ROLE, user])
    else if (!found.isStrong && (await isRefused(loginUrl)))
      await runFormatted(owner, 'alter role %I password %L', [user, verifier])
    await owner.query('commit')
  } finally {
    await owner.end()
  }
}

const WRONG_PASSWORD = '28P01'

async function isRefused(url: string): Promise<boolean> {
  const client = new Client(connectionConfig(url))
  try {
    await client.connect()
    return false
  } catch (error) {
    return (error as { code?: string }).code === WRONG_PASSWORD
  } finally {
    await client.end()
  }
}

// Statements about roles take no parameters, so PostgreSQL itself puts the values into their text.
async function runFormatted(
  client: Client,
  statement: string,
  values: (string | null | undefined)[],
): Promise<void> {
  const formatted = await client.query<{ text: string }>('select format($1, variadic $2::text[]) as text', [
    statement,
    values,
  ])
  await client.query(formatted.rows[0]?.text ?? '')
}

const ROUNDS = 4096

// As PostgreSQL itself keeps a password (RFC 5803), so that none stands in a statement, which a server may log.
function verifierOf(password: string): string {
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ROUNDS, 32, 'sha256')
  const key = (name: string) => createHmac('sha256', salted).update(name).digest()
  const stored = createHash('sha256').update(key('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${ROUNDS}:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`
}

/** Whether the URL's user can become the portal's role, and may make no tables: others migrate. */
export async function mayOnlyServe(url: string): Promise<boolean> {
  const client = new Client(connectionConfig(url))
  await client.connect()
  try {
    const { rows } = await client.query<{ only: boolean }>(
      `select not has_schema_privilege('public', 'create') and exists (
         select from pg_roles where rolname = $1 and pg_has_role(oid, 'member')) as only`,
      [PORTAL_ROLE],
    )
    return rows[0]?.only ?? false
  } finally {
    await client.end()
  }
}
