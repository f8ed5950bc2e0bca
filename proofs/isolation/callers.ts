import type { Client } from 'pg'
import { addAdministrator } from '../../src/access/administrators.ts'
import { endSession, findSession, keepInSession, startSession } from '../../src/access/sessions.ts'
import { createToken } from '../../src/access/tokens.ts'
import type { Portal } from '../../src/portal.ts'
import { makeSecret } from '../../src/secret.ts'
import type { Part } from './cast.ts'
import type { Letter } from './marks.ts'
import type { Organisation } from './things.ts'

/** Somebody of the cast, with what they show to say who they are. */
export type Caller = Part & { email: string; session: string | null; token: string | null }

/** Gives somebody of the cast their roles, a session and a token; and then takes away what they haven't any more. */
export async function makeCaller(
  portal: Portal,
  client: Client,
  part: Part,
  organisations: Record<Letter, Organisation>,
): Promise<Caller> {
  const email = `${part.name.replaceAll(/\W+/g, '-')}@proof.example`
  if (part.but === 'missing') return { ...part, email, session: null, token: null }
  if (part.but === 'made up')
    return { ...part, email, session: makeSecret(), token: `muster_${makeSecret()}` }
  for (const [role, letter] of part.was ? [...part.roles, part.was] : part.roles) {
    const of = letter === null ? {} : { organisationCode: organisations[letter].code }
    await addAdministrator(portal, { email, role, ...of })
  }
  const { rows } = await client.query('select id from administrator where email = $1', [email])
  const id = rows[0].id as number
  const caller = {
    ...part,
    email,
    session: await startSession(portal, id),
    token: await createToken(portal, email),
  }
  await takeAway(portal, client, { ...caller, id }, organisations)
  return caller
}

async function takeAway(
  portal: Portal,
  client: Client,
  { id, was, but, session, name }: Part & { id: number; session: string },
  organisations: Record<Letter, Organisation>,
): Promise<void> {
  const opened = await findSession(portal, session)
  if (opened === null) throw new Error(`${name} can't sign in`)
  if (was) {
    const { id: organisationId } = organisations[was[1]]
    await keepInSession(portal, opened, { organisationId }) // they were working for it
    await client.query(
      'delete from administrator_role where administrator_id = $1 and organisation_id = $2',
      [id, organisationId],
    )
  }
  if (but === 'ended') {
    await endSession(portal, opened)
    await client.query('update api_token set revoked_at = now() where administrator_id = $1', [id])
  }
  if (but === 'disabled')
    await client.query('update administrator set disabled_at = now() where id = $1', [id])
}
