import type { Transaction } from '../database/open.ts'
import { readText } from '../directory/read-text.ts'
import { type Organisation, selectPlaces } from '../directory/store.ts'
import { tidyText } from '../directory/tidy-text.ts'
import { ruleContext, VALUE_RULES } from '../directory/value-rules.ts'
import { InvalidInput, refuseTogether } from '../errors.ts'
import type { Portal } from '../portal.ts'

const PLACES = ['site', 'organisationalUnit'] as const

export type Places = { site: string | null; organisationalUnit: string | null }

/** What somebody chose: a site by its name or code, a unit by its name; left out or empty is none. */
export type WantedPlaces = { site?: string | undefined; organisationalUnit?: string | undefined }

/**
 * A site and a unit of an organisation, by their own names.
 * @throws InvalidInput for one that isn't there
 */
export async function readPlaces(
  portal: Portal,
  tx: Transaction,
  organisation: Organisation,
  wanted: WantedPlaces,
): Promise<Places> {
  const places = await selectPlaces(tx, organisation.id)
  const rules = ruleContext({ ...organisation, ...places }, portal.config.mailDomain)
  const read = (field: keyof Places) => {
    const text = tidyText(wanted[field] ?? '')
    if (text === '') return null
    const value = readText(text, VALUE_RULES[field], rules)
    if (typeof value === 'string') return value
    throw new InvalidInput(value.message, { field, code: value.code })
  }
  const chosen: Places = { site: null, organisationalUnit: null }
  refuseTogether(
    ...PLACES.map((field) => () => {
      chosen[field] = read(field)
    }),
  )
  return chosen
}
