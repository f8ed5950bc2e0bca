import { type Command, InvalidArgumentError } from 'commander'

/** Rows under headings, in columns as wide as their longest cell. Control characters, which a terminal obeys, go. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows].map((cells) => cells.map((cell) => cell.replace(/\p{C}/gu, '') || '–'))
  const widths = headings.map((_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0)))
  return lines
    .map((cells) =>
      cells
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export type TimeZoneOption = { timeZone?: string }

/** Gives a command whose table has times the option that says in which time zone; without, in that of this computer. */
export function tellsTimes(command: Command): Command {
  return command.option('--time-zone <zone>', 'in which times are told, such as Europe/London', readTimeZone)
}

function readTimeZone(zone: string): string {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: zone })
    return zone
  } catch {
    throw new InvalidArgumentError('That is no time zone, such as Europe/London.')
  }
}

/** In which time zone a table tells times. */
export function zoneOf({ timeZone }: TimeZoneOption): string {
  return timeZone ?? new Intl.DateTimeFormat('en-GB').resolvedOptions().timeZone
}

/** A moment as tables show it, to the minute; nothing where there was none. */
export function moment(date: Date | null, timeZone: string): string {
  if (date === null) return ''
  const parts = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  } as const
  // Swedish writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, ...parts }).format(date)
}
