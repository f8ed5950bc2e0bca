const HERE = 'http://muster.invalid'

/**
 * Where a redirect leads: to the path that was asked for, where a browser stays on this server with it, else to the
 * first page. What a browser reads out of a path is read twice: `/.//x` becomes `//x`, which is another server.
 */
export function pathHere(asked: string): string {
  const path = readPath(asked)
  return path !== undefined && readPath(path) === path ? path : '/'
}

function readPath(text: string): string | undefined {
  if (!text.startsWith('/') || !URL.canParse(text, HERE)) return undefined
  const { origin, pathname, search, hash } = new URL(text, HERE)
  return origin === HERE ? pathname + search + hash : undefined
}
