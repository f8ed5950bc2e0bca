/** What is wrong with one value, or with the row where `column` is null. Its row number stands on the change. */
export type Problem = {
  /** The field as the person who wants it calls it: their heading word, or the label of a form. */
  column: string | null
  /** Stable, for scripts and for counting kinds. */
  code: string
  /** What is wrong, with the value, and what to do: one or two sentences. */
  message: string
  /** What was given, never a password's. */
  value: string | null
  /** A row with an error is left out; a warning lets it through. */
  severity: 'error' | 'warning'
}
