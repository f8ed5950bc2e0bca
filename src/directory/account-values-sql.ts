import { raw, type Sql } from 'sql-template-tag'
import { ACCOUNT_FIELDS, FIELD_NAMES, type FieldName } from './fields.ts'

/**
 * An account's values as one JSON object, as changes hold them. Fields that aren't asked for cost nothing.
 * @param a what the query calls the account
 */
export function valuesOf(fields: readonly FieldName[] = FIELD_NAMES, a = 'a'): Sql {
  return raw(
    `jsonb_build_object(${fields.map((field) => `'${field}', ${expressionFor(field, a)}`).join(', ')})`,
  )
}

function expressionFor(field: FieldName, a: string): string {
  const { writer, column } = ACCOUNT_FIELDS[field]
  if (writer === 'organisation') return `(select code from organisation where id = ${a}.${column})`
  if (field === 'emailAddress')
    return `(select address from address where account_id = ${a}.id and is_primary)`
  if (field === 'aliases')
    return `(select jsonb_agg(address order by address_key collate "C") from address where account_id = ${a}.id and not is_primary)`
  return `${a}.${column}`
}
