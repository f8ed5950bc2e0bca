/** An address with its parameters; those that are empty are left out. */
export function link(path: string, parameters: Record<string, string | number | null | undefined>): string {
  const filled = Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  const query = new URLSearchParams(filled).toString()
  return query === '' ? path : `${path}?${query}`
}
