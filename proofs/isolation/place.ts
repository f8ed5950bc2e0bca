import type { Kind, Organisation } from './things.ts'

/** What is sent to a route, besides its URL. */
export type Ask = {
  /** In place of `:id`. */
  id?: string
  /** In place of `:address`. */
  address?: string
  query?: Record<string, string>
  headers?: Record<string, string>
  /** A page's form. */
  form?: Record<string, string>
  json?: unknown
  /** As the form's file; to the API as the body, or in multipart where `form` is there too. */
  file?: { filename: string; content: Buffer }
}

/** Somewhere in a request to a route where an identifier can stand. */
export type Place = {
  name: string
  kinds: readonly Kind[]
  ask: (value: string, own: Organisation) => Ask
  /** One's own identifier leads to nothing there either: a password that is wrong, a link that was used. */
  leadsNowhere?: true
  /** What is sent stays with them, and is theirs from then on. */
  isKept?: true
  /** The answer goes on changing by itself, or may tell that something is there: it is compared with nothing. */
  varies?: true
}

type Rest = (own: Organisation) => Ask

const NOTHING: Rest = () => ({})

export function inPath(kind: Kind, rest: Rest = NOTHING): Place {
  return { name: `path ${kind}`, kinds: [kind], ask: (id, own) => ({ ...rest(own), id }) }
}

export function asAddressInPath(kind: Kind, rest: Rest): Place {
  const ask = (address: string, own: Organisation) => ({ ...rest(own), address })
  return { name: `path ${kind}`, kinds: [kind], ask }
}

export function inQuery(name: string, kinds: readonly Kind[], rest: Rest = NOTHING): Place {
  const ask = (value: string, own: Organisation) => with_('query', name, value, rest(own))
  return { name: `query ${name}`, kinds, ask }
}

export function inForm(name: string, kinds: readonly Kind[], rest: Rest = NOTHING): Place {
  const ask = (value: string, own: Organisation) => with_('form', name, value, rest(own))
  return { name: `field ${name}`, kinds, ask }
}

export function inHeader(name: string, kinds: readonly Kind[], rest: Rest = NOTHING): Place {
  const ask = (value: string, own: Organisation) => with_('headers', name, value, rest(own))
  return { name: `header ${name}`, kinds, ask }
}

export function inJson(name: string, kinds: readonly Kind[], ask: Place['ask']): Place {
  return { name: `JSON ${name}`, kinds, ask }
}

export function asFilename(rest: (own: Organisation) => Ask & Required<Pick<Ask, 'file'>>): Place {
  const ask = (filename: string, own: Organisation) => {
    const { file, ...others } = rest(own)
    return { ...others, file: { ...file, filename } }
  }
  return { name: 'file name', kinds: ['filename'], ask, isKept: true }
}

/** Where it may be told that somebody has it, as an address, which there is once for all. */
export function toldTaken(place: Place): Place {
  return { ...place, varies: true }
}

/** What is sent there stays with who sends it. */
export function kept(place: Place): Place {
  return { ...place, isKept: true }
}

/** Where one's own identifier leads to nothing either. */
export function leadingNowhere(place: Place): Place {
  return { ...place, leadsNowhere: true }
}

function with_(part: 'query' | 'form' | 'headers', name: string, value: string, rest: Ask): Ask {
  return { ...rest, [part]: { ...rest[part], [name]: value } }
}
