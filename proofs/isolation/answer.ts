import type { Answer } from './asker.ts'
import { FIRST_NEW_NUMBER, untwinned } from './marks.ts'
import type { Identifier } from './things.ts'

/** All that an answer says, as one text. */
export function wordsOf({ status, headers, body }: Answer): string {
  return [status, ...headers.map(([name, value]) => `${name}: ${value}`), '', body].join('\n')
}

// What differs from one request to the next by itself.
const OWN_HEADERS = new Set(['date', 'connection', 'keep-alive', 'x-request-id', 'transfer-encoding'])
const ONCE: [RegExp, string][] = [
  [/name="_csrf" value="[^"]*"/g, 'name="_csrf" value="…"'],
  [/nonce(-|=")[\w+/=-]+/g, 'nonce$1…'],
  [/muster-(form|session)=[^;\n]*/g, 'muster-$1=…'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME'],
  [/\d{1,2} [A-Z][a-z]+ \d{4}( at \d{1,2}:\d\d[ap]m)?/g, 'TIME'],
]
const NEW_NUMBER = new RegExp(`(?<!\\w)${String(FIRST_NEW_NUMBER).slice(0, 2)}\\d{7}(?!\\w)`, 'g')

/** An answer without what belongs to its moment: request IDs, tokens, times, the numbers of what it made. */
export function withoutMoment(answer: Answer): string {
  const headers = answer.headers.filter(([name]) => !OWN_HEADERS.has(name))
  const words = ONCE.reduce((text, [own, word]) => text.replace(own, word), wordsOf({ ...answer, headers }))
  return words.replace(NEW_NUMBER, 'NEW')
}

/** What an answer to the twin of an identifier would be to the identifier. */
export function asIfAskedFor(words: string, { value, twin }: Identifier): string {
  const spelt = words.replaceAll(twin, value).replaceAll(encodeURIComponent(twin), encodeURIComponent(value))
  return untwinned(spelt)
}
