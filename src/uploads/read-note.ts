import { tidyText } from '../directory/tidy-text.ts'
import { InvalidInput } from '../errors.ts'
import { number } from '../words.ts'

const MOST_CHARACTERS = 500

/**
 * A note for colleagues, tidied, on one line; undefined where there is none.
 * @throws InvalidInput for one that is too long
 */
export function readNote(given: string | undefined): string | undefined {
  const note = tidyText((given ?? '').slice(0, 10 * MOST_CHARACTERS)).replace(/[\p{Cc}\s]+/gu, ' ')
  if (Array.from(note).length > MOST_CHARACTERS)
    throw new InvalidInput(`The note is longer than ${number(MOST_CHARACTERS)} characters. Shorten it.`, {
      field: 'note',
      code: 'too-long',
    })
  return note === '' ? undefined : note
}
