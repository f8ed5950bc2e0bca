import { InvalidInput } from '../errors.ts'
import { count } from '../words.ts'
import type { AccountFilter } from './account-filter.ts'
import { foldKey } from './address-name.ts'

/** Which accounts of an organisation are meant: these, those with these local IDs, or whichever match. */
export type AccountSelection = { ids: number[] } | { localIds: string[] } | { filter: AccountFilter }

/** So many accounts are named one by one at most; a filter may match any number. */
export const MOST_NAMED = 100_000

/**
 * What is named several times is meant once, and local IDs are without the spaces around them.
 * @throws InvalidInput where nothing or too much is named
 */
export function tidySelection(selection: AccountSelection): AccountSelection {
  if ('filter' in selection) return selection
  const tidied =
    'ids' in selection
      ? { ids: [...new Set(selection.ids)] }
      : { localIds: distinctLocalIds(selection.localIds) }
  const named = 'ids' in tidied ? tidied.ids.length : tidied.localIds.length
  if (named === 0) throw new InvalidInput('Choose at least one person.', { field: 'accounts' })
  if (named > MOST_NAMED) {
    throw new InvalidInput(
      `These are ${count(named, 'person', 'people')}; at most ${count(MOST_NAMED, 'person', 'people')} can be named at once. Do it in parts, or choose them by a filter.`,
      { field: 'accounts', code: 'too-many' },
    )
  }
  return tidied
}

function distinctLocalIds(given: readonly string[]): string[] {
  const byKey = new Map<string, string>()
  for (const text of given.map((each) => each.replaceAll('\0', '').trim())) {
    if (text !== '' && !byKey.has(foldKey(text))) byKey.set(foldKey(text), text)
  }
  return [...byKey.values()]
}
