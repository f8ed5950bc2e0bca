import type { AccountSelection } from '../../directory/selection.ts'
import { type Fields, field, fieldList } from '../form.ts'

/** What a form says of a transfer's aim; all else that it carries says whom. */
const AIM = ['_csrf', 'to', 'site', 'organisationalUnit', 'step']

/** Whom a list, a link or a form of local IDs means; null where it means nobody yet. */
export function chosenPeople(fields: Fields): AccountSelection | null {
  const ids = fieldList(fields, 'account').filter((text) => /^[1-9]\d{0,14}$/.test(text))
  if (ids.length > 0) return { ids: ids.map(Number) }
  const localIds = fieldList(fields, 'localIds').flatMap((text) => text.split(/[\n,;\t]/))
  return localIds.some((text) => text.trim() !== '') ? { localIds } : null
}

/** The same as hidden fields of the next form. */
export function carried(fields: Fields): { name: string; value: string }[] {
  return Object.keys(fields)
    .filter((name) => !AIM.includes(name))
    .flatMap((name) => fieldList(fields, name).map((value) => ({ name, value })))
    .filter(({ name, value }) => value !== '' && field({ [name]: value }, name) !== '')
}
