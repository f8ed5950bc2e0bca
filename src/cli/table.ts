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

/** A moment as tables show it, to the minute and in UTC; nothing where there was none. */
export function moment(date: Date | null): string {
  return date === null ? '' : date.toISOString().slice(0, 16).replace('T', ' ')
}
