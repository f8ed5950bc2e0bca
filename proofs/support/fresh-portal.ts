import type { Actor } from '../../src/access/actor.ts'
import { actorFor, addAdministrator } from '../../src/access/administrators.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { addOrganisation } from '../../src/directory/organisation.ts'
import { openLog } from '../../src/log.ts'
import { openPortal, type Portal } from '../../src/portal.ts'

/** The portal on one of the server's databases. */
export function portalOn(databaseUrl: string, settings: Partial<Config> = {}): Promise<Portal> {
  const config = {
    ...readConfig({ LOG_LEVEL: 'fatal', SECOND_FACTOR_ROLES: 'none' }),
    ...settings,
    databaseUrl,
  }
  return openPortal(config, { databaseUrl, log: openLog(config.logLevel) })
}

/** Places of any organisation that a proof makes. */
export const SITES = ['Main Hospital', 'Riverside Clinic', 'St Mary’s, North']
export const UNITS = ['Surgery', 'Medicine', 'Estates & Facilities']

/** An organisation with sites and units, and a local administrator of it. */
export async function makeOrganisation(
  portal: Portal,
  code: string,
): Promise<{ id: number; code: string; actor: Actor }> {
  const id = await addOrganisation(portal, {
    code,
    name: `${code} Trust`,
    sites: SITES.map((name, at) => ({ code: `${code}${at + 1}`, name })),
    units: UNITS.map((name) => ({ name, parent: null })),
  })
  return { id, code, actor: await makeAdministrator(portal, `${code.toLowerCase()}@trust.example`, code) }
}

export async function makeAdministrator(portal: Portal, email: string, code: string): Promise<Actor> {
  await addAdministrator(portal, { email, role: 'local-administrator', organisationCode: code })
  const { rows } = await portal.database.transaction('everything', (tx) =>
    tx.query('select id from administrator where email_key = $1', [email]),
  )
  return (await actorFor(portal, rows[0]?.id)) as Actor
}
