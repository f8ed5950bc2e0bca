import { dateTime } from '../words.ts'

/** `source` is what the set is called by, such as its file's name; null where it has no name. */
export type LastWrite = {
  at: Date
  /** In which that is told: the organisation's. */
  timeZone: string
  by: string
  source: string | null
  row: number
}

/** Who last wrote a field, as a sentence tells it. */
export function whoChanged(write: LastWrite | undefined): string {
  if (!write) return 'it was changed'
  return `${write.by} changed it on ${when(write)}`
}

/** The same as what the sentence is about. */
export function whatWasChanged(write: LastWrite): string {
  return `what ${write.by} changed on ${when(write)}`
}

function when({ at, timeZone, source, row }: LastWrite): string {
  const time = dateTime(at, timeZone)
  return source ? `${time} (${source}, row ${row})` : time
}
