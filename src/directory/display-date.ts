const DATE_AND_TIME = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'Europe/London',
})

/** As people read it: `22 November 2026 at 10:15`. */
export function displayDate(at: Date): string {
  return DATE_AND_TIME.format(at)
}
