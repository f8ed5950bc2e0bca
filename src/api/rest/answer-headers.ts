/** The headers by which answers say more than their body, as the OpenAPI document describes them. */
export const ANSWER_HEADERS = {
  ETag: 'The account’s version, to be sent as `If-Match`.',
  Location: 'Where what was made, or is under way, is to be read.',
  'Idempotent-Replayed': '`true` where the same key and file had made the upload before.',
} as const

export type AnswerHeader = keyof typeof ANSWER_HEADERS

/** As a response of the document names them. */
export function describeHeaders(names: readonly AnswerHeader[]): object {
  return Object.fromEntries(
    names.map((name) => [name, { type: 'string', description: ANSWER_HEADERS[name] }]),
  )
}
