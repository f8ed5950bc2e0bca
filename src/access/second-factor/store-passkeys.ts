import sql from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'

/** What is known of a passkey: its ID and its key as it told them, and how often it says that it was used. */
export type StoredPasskey = {
  id: number
  credentialId: string
  publicKey: Buffer
  uses: number
  transports: string[]
}

export function selectPasskeys(tx: Transaction, administratorId: number) {
  return tx.rows<StoredPasskey>(sql`
    select id, credential_id as "credentialId", public_key as "publicKey", uses, transports from second_factor
    where administrator_id = ${administratorId} and kind = 'passkey' order by id`)
}

/** @returns its ID; undefined where it is known already */
export async function insertPasskey(
  tx: Transaction,
  passkey: Omit<StoredPasskey, 'id'> & { administratorId: number; name: string },
  at: Date,
): Promise<number | undefined> {
  const made = await tx.row<{ id: number }>(sql`
    insert into second_factor (administrator_id, kind, name, credential_id, public_key, uses, transports, created_at)
    values (${passkey.administratorId}, 'passkey', ${passkey.name}, ${passkey.credentialId}, ${passkey.publicKey},
      ${passkey.uses}, ${passkey.transports}::text[], ${at})
    on conflict (credential_id) do nothing returning id`)
  return made?.id
}

export async function notePasskeyUse(tx: Transaction, id: number, uses: number, at: Date): Promise<void> {
  await tx.run(sql`update second_factor set uses = ${uses}, last_used_at = ${at} where id = ${id}`)
}
