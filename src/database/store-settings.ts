import sql from 'sql-template-tag'
import type { Transaction } from './open.ts'

// These are values that the portal keeps for itself, by name. The operator's settings are in config.ts.

/** The setting's value, which is the given one only if there was none. */
export async function keepSetting(tx: Transaction, name: string, value: string): Promise<string> {
  await tx.run(sql`insert into setting (name, value) values (${name}, ${value}) on conflict do nothing`)
  const kept = await tx.row<{ value: string }>(sql`select value from setting where name = ${name}`)
  return kept?.value as string
}

export async function selectSetting(tx: Transaction, name: string): Promise<string | undefined> {
  return (await tx.row<{ value: string }>(sql`select value from setting where name = ${name}`))?.value
}

export async function changeSetting(tx: Transaction, name: string, value: string): Promise<void> {
  await tx.run(sql`update setting set value = ${value} where name = ${name}`)
}
