import { localIdsIn } from '../../actions/read-local-ids.ts'
import type { AccountSelection } from '../../directory/selection.ts'
import { InvalidInput } from '../../errors.ts'
import { count } from '../../words.ts'
import { askedFor, filterOf, parametersOf } from '../accounts/asked.ts'
import { filterWords } from '../accounts/filter-words.ts'
import { type Fields, field, fieldList } from '../form.ts'

/**
 * Whom a form is about: `account`, the ID of each that is ticked; or `all=yes` with the list's own fields, for whoever
 * matches them; or `localIds`, one a line.
 * @throws InvalidInput where it is about nobody
 */
export function selectionIn(fields: Fields | undefined): AccountSelection {
  if (field(fields, 'all') === 'yes') return { filter: filterOf(askedFor(fields)) }
  const localIds = localIdsIn(field(fields, 'localIds'))
  if (localIds.length > 0) return { localIds }
  const ids = fieldList(fields, 'account').filter((text) => /^[1-9]\d{0,14}$/.test(text))
  if (ids.length === 0)
    throw new InvalidInput('Nobody was selected. Tick the people first, then choose what to do with them.')
  return { ids: ids.map(Number) }
}

/** Whether it is about anybody yet. */
export function isAboutSomebody(fields: Fields | undefined): boolean {
  const named = ['account', 'localIds'].some((name) =>
    fieldList(fields, name).some((text) => text.trim() !== ''),
  )
  return named || field(fields, 'all') === 'yes'
}

/** The same as hidden fields of a form that asks for more. */
export function hiddenFields(selection: AccountSelection, fields: Fields | undefined): [string, string][] {
  const organisation: [string, string][] = [['organisation', field(fields, 'organisation')]]
  if ('filter' in selection) return [...organisation, ['all', 'yes'], ...parametersOf(askedFor(fields))]
  if ('localIds' in selection) return [...organisation, ['localIds', selection.localIds.join('\n')]]
  return [...organisation, ...selection.ids.map((id): [string, string] => ['account', String(id)])]
}

/** Whom it is about, in words. */
export function selectionWords(selection: AccountSelection): string {
  if ('filter' in selection) return `All ${filterWords(selection.filter)}.`
  const named = 'ids' in selection ? selection.ids.length : selection.localIds.length
  return 'ids' in selection
    ? `${count(named, 'person', 'people')} selected.`
    : `${count(named, 'local ID')} listed.`
}
