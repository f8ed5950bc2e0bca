import { Client } from 'pg'
import sql from 'sql-template-tag'
import { inject } from 'vitest'
import type { Actor, Grant } from '../../src/access/actor.ts'
import type { Role } from '../../src/access/permissions.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { openLog } from '../../src/log.ts'
import { openPortal, type Portal } from '../../src/portal.ts'

// Tests that are about a second factor say whose they want.
const STANDARD = { LOG_LEVEL: 'error', SECOND_FACTOR_ROLES: 'none' }

/**
 * A portal on a database of its own, copied from the run's template and dropped when disposed.
 * @param settings configuration that this test needs
 */
export async function testPortal(settings: Partial<Config> = {}): Promise<Portal> {
  const name = `muster_test_${crypto.randomUUID().replaceAll('-', '')}`
  await administer(`create database ${name} template ${inject('template')}`)
  const url = new URL(inject('serverUrl'))
  url.pathname = `/${name}`
  const config: Config = { ...readConfig(STANDARD), ...settings, databaseUrl: url.href }
  const portal = await openPortal(config, { databaseUrl: url.href, log: openLog(config.logLevel) })
  const close = portal[Symbol.asyncDispose].bind(portal)
  return {
    ...portal,
    [Symbol.asyncDispose]: async () => {
      await close()
      await administer(`drop database ${name} with (force)`)
    },
  }
}

/** An organisation with two sites and two units, unless told otherwise. */
export async function makeOrganisation(
  portal: Portal,
  code: string,
  has: { sites?: { code: string; name: string }[]; units?: string[] } = {},
): Promise<number> {
  const sites = has.sites ?? [
    { code: `${code}01`, name: 'Main Hospital' },
    { code: `${code}02`, name: 'Riverside Clinic' },
  ]
  return portal.database.transaction('everything', async (tx) => {
    const made = await tx.row<{ id: number }>(
      sql`insert into organisation (code, name) values (${code}, ${`${code} Trust`}) returning id`,
    )
    const id = made?.id as number
    for (const site of sites) {
      await tx.run(
        sql`insert into site (organisation_id, code, name) values (${id}, ${site.code}, ${site.name})`,
      )
    }
    for (const unit of has.units ?? ['Surgery', 'Medicine']) {
      await tx.run(sql`insert into organisational_unit (organisation_id, name) values (${id}, ${unit})`)
    }
    return id
  })
}

/** An administrator with one role over some organisations, as the actor that they sign in as. */
export async function makeActor(
  portal: Portal,
  email: string,
  role: Role,
  ...organisationIds: number[]
): Promise<Actor> {
  const grants: Grant[] =
    role === 'global-administrator'
      ? [{ role, organisationId: null }]
      : organisationIds.map((organisationId) => ({ role, organisationId }))
  return portal.database.transaction('everything', async (tx) => {
    const made = await tx.row<{ id: number }>(
      sql`insert into administrator (email, email_key, name) values (${email}, ${email}, ${email}) returning id`,
    )
    const administratorId = made?.id as number
    for (const grant of grants) {
      await tx.run(sql`insert into administrator_role (administrator_id, role, organisation_id)
        values (${administratorId}, ${grant.role}, ${grant.organisationId})`)
    }
    return { administratorId, email, name: email, grants }
  })
}

/** Statements past the portal's role, for what no door of the portal does. */
export function asOwner(portal: Portal, statements: string): Promise<void> {
  return administer(statements, portal.database.url)
}

async function administer(statement: string, url = inject('serverUrl')): Promise<void> {
  const client = new Client(url)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
