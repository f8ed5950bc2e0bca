import { Client } from 'pg'
import { portalOn } from '../support/fresh-portal.ts'
import { type Caller, makeCaller } from './callers.ts'
import { CAST } from './cast.ts'
import { fillOrganisation } from './fill-organisation.ts'
import { FIRST_NEW_NUMBER, LETTERS, type Letter } from './marks.ts'
import { numberFrom } from './numbers.ts'
import type { Organisation } from './things.ts'

/** Four organisations in a database, D closed, and everybody who will ask. */
export type World = { organisations: Record<Letter, Organisation>; callers: Caller[] }

/** @param databaseUrl of a migrated database with nothing in it */
export async function makeWorld(databaseUrl: string): Promise<World> {
  await using portal = await portalOn(databaseUrl)
  const client = new Client(databaseUrl)
  await client.connect()
  try {
    const filled: [Letter, Organisation][] = []
    for (const letter of LETTERS) filled.push([letter, await fillOrganisation(portal, client, letter)])
    const organisations = Object.fromEntries(filled) as Record<Letter, Organisation>
    await numberFrom(client, () => FIRST_NEW_NUMBER)
    const callers: Caller[] = []
    for (const part of CAST) callers.push(await makeCaller(portal, client, part, organisations))
    await client.query('update organisation set closed_at = now() where id = $1', [organisations.d.id])
    await client.query(`delete from mail where to_address like '%@proof.example'`) // said while they held the role
    await client.query('delete from pgboss.job') // what is under way stays as it is
    return { organisations, callers }
  } finally {
    await client.end()
  }
}
