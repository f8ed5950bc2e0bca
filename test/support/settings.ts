import sql from 'sql-template-tag'
import type { Limits, OrganisationSettings } from '../../src/directory/settings.ts'
import type { Portal } from '../../src/portal.ts'

/** Has an organisation set limits of its own; the others are as they are by themselves. */
export function setLimits(portal: Portal, organisationId: number, limits: Partial<Limits>): Promise<void> {
  return setSetting(portal, organisationId, 'limits', limits)
}

/** Has an organisation set one of its settings. */
export async function setSetting(
  portal: Portal,
  organisationId: number,
  name: keyof OrganisationSettings,
  value: unknown,
): Promise<void> {
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`insert into organisation_setting (organisation_id, name, value)
      values (${organisationId}, ${name}, ${JSON.stringify(value)})`),
  )
}
