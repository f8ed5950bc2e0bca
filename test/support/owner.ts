import { Client } from 'pg'

/** Makes the database another one's, of whom it may create roles and nothing else of the server's. */
export async function ownerOf(url: string) {
  const name = `muster_owner_${crypto.randomUUID().replaceAll('-', '')}`
  const [superuser, owner] = [new Client(url), new URL(url)]
  await superuser.connect()
  await superuser.query(`create role ${name} login createrole password 'own'`)
  await superuser.query(`grant muster_portal to ${name} with admin option`).catch(() => {}) // not made yet on a fresh server
  await superuser.query(`alter database ${owner.pathname.slice(1)} owner to ${name}`)
  await superuser.query(`grant create on schema public to ${name}`)
  owner.username = name
  owner.password = 'own'
  const client = new Client(owner.href)
  await client.connect()
  return {
    url: owner.href,
    query: async (text: string, values?: unknown[]) => {
      const { rows } = await client.query(text, values)
      return (rows ?? []).map((row) => ({ ...row }))
    },
    [Symbol.asyncDispose]: async () => {
      await client.end()
      await superuser.query(
        `reassign owned by ${name} to current_user; drop owned by ${name}; drop role ${name}`,
      )
      await superuser.end()
    },
  }
}

/** The URL of a login that isn't there yet, on the same database; dropped when disposed. */
export function newLogin(databaseUrl: string): { url: string; name: string } & AsyncDisposable {
  const name = `muster_login_${crypto.randomUUID().replaceAll('-', '')}`
  const url = new URL(databaseUrl)
  url.username = name
  url.password = 'a:b/c?d'
  return {
    url: url.href,
    name,
    [Symbol.asyncDispose]: async () => {
      const client = new Client(databaseUrl)
      await client.connect()
      await client.query(`drop role if exists ${name}`)
      await client.end()
    },
  }
}
