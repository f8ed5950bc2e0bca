import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Client } from 'pg'

/** The two lines that hold everybody to their organisations; each is to hold alone. */
export type Lines = { scope: boolean; policies: boolean }

/** The settings of a portal whose queries name no scope. */
export const WITHOUT_SCOPE = {
  NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'without-scope.ts')).href}`,
}

/** Lets every policy of the database pass every row. */
export async function openPolicies(databaseUrl: string): Promise<void> {
  const client = new Client(databaseUrl)
  await client.connect()
  try {
    const { rows } = await client.query<{ statement: string }>(`
      select format('alter policy %I on %I.%I', policyname, schemaname, tablename)
        || case when cmd = 'INSERT' then '' else ' using (true)' end
        || case when cmd in ('SELECT', 'DELETE') then '' else ' with check (true)' end as statement
      from pg_policies`)
    for (const { statement } of rows) await client.query(statement)
  } finally {
    await client.end()
  }
}
