import sql, { raw, type Sql } from 'sql-template-tag'
import { USUAL_TIME_ZONE } from '../words.ts'

/** In which time zone an organisation is told times. @param organisation the column that holds its ID */
export function timeZoneOf(organisation: string): Sql {
  return sql`coalesce((select zone.value #>> '{}' from organisation_setting zone
    where zone.organisation_id = ${raw(organisation)} and zone.name = 'timeZone'), ${USUAL_TIME_ZONE}::text)`
}
