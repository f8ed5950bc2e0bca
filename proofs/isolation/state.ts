import { createHash } from 'node:crypto'
import type { Client } from 'pg'

/** What an organisation's rows are, of every table that has some. */
export type State = Map<number, string>

// What the worker notes of a message that was waiting before the proof began.
const OF_SENDING = ['sent_at', 'attempts', 'next_attempt_at', 'last_error']

/** A digest of each organisation's rows, with those of its administrators. */
export async function readState(client: Client, organisations: readonly number[]): Promise<State> {
  const tables = await tablesOf(client)
  const each = tables.map(
    ({ name, column }) => `select ${column} as organisation, '${name}' as name,
      md5(string_agg(md5((to_jsonb(t) - $1::text[])::text), '' order by md5((to_jsonb(t) - $1::text[])::text))) as rows
      from ${name} t where ${column} = any($2) group by 1`,
  )
  each.push(`select r.organisation_id, 'administrator', md5(string_agg(a.id || a.email || a.name ||
      coalesce(a.password_hash, '') || coalesce(a.disabled_at::text, '') || r.role, '' order by a.id, r.role))
    from administrator a join administrator_role r on r.administrator_id = a.id
    where r.organisation_id = any($2) group by 1`)
  const { rows } = await client.query<{ organisation: number; name: string; rows: string }>(
    `${each.join(' union all ')} order by 1, 2`,
    [OF_SENDING, organisations],
  )
  const state: State = new Map()
  for (const [organisation, digests] of Map.groupBy(rows, (row) => row.organisation)) {
    const whole = digests.map(({ name, rows }) => `${name} ${rows}`).join('\n')
    state.set(organisation, createHash('md5').update(whole).digest('hex'))
  }
  return state
}

/** Everything that is stored of each organisation, as text; what is stored as bytes is read as text too. */
export async function readRows(
  client: Client,
): Promise<{ organisation: number; table: string; text: string }[]> {
  const found: { organisation: number; table: string; text: string }[] = []
  for (const { name, column } of await tablesOf(client)) {
    const { rows } = await client.query<{ organisation: number; text: string }>(
      `select ${column} as organisation, to_jsonb(t)::text as text from ${name} t where ${column} is not null`,
    )
    for (const { organisation, text } of rows) {
      const read = text.replace(/\\\\x([0-9a-f]+)/g, (_, hex: string) => Buffer.from(hex, 'hex').toString())
      found.push({ organisation, table: name, text: read })
    }
  }
  return found
}

async function tablesOf(client: Client): Promise<{ name: string; column: string }[]> {
  const { rows } = await client.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'organisation_id' order by 1`,
  )
  const scoped = rows.map(({ name }) => ({ name, column: 'organisation_id' }))
  return [{ name: 'organisation', column: 'id' }, ...scoped]
}
