import { foldKey } from '../directory/address-name.ts'
import { readText } from '../directory/read-text.ts'
import { tidyText } from '../directory/tidy-text.ts'
import { ruleContext, VALUE_RULES } from '../directory/value-rules.ts'
import { InvalidInput } from '../errors.ts'

/**
 * A local ID that somebody typed, and the key under which it is unique.
 * @param field where it was typed
 * @throws InvalidInput for one that can't be
 */
export function readLocalId(text: string, field: string): { localId: string; key: string } {
  const tidied = tidyText(text)
  if (tidied === '') throw new InvalidInput('Type a local ID.', { field, code: 'empty' })
  const read = readText(tidied, VALUE_RULES.localId, ANYWHERE)
  if (typeof read !== 'string' && read.severity === 'error')
    throw new InvalidInput(read.message, { field, code: read.code })
  const localId = typeof read === 'string' ? read : read.reading
  return { localId, key: foldKey(localId) }
}

// What a local ID may be is the same everywhere.
const ANYWHERE = ruleContext({ code: '', sites: [], units: [] }, '')
