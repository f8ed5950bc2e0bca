import sql from 'sql-template-tag'
import type { Limits } from '../../src/directory/settings.ts'
import type { Portal } from '../../src/portal.ts'

/** Has an organisation set limits of its own; the others are as they are by themselves. */
export async function setLimits(
  portal: Portal,
  organisationId: number,
  limits: Partial<Limits>,
): Promise<void> {
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`insert into organisation_setting (organisation_id, name, value)
      values (${organisationId}, 'limits', ${JSON.stringify(limits)})`),
  )
}
