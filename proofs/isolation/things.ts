import type { Letter, Matter } from './marks.ts'
import { twinOf } from './marks.ts'

/** What an identifier may be of. */
export const KINDS = [
  'upload',
  'change',
  'account',
  'report',
  'mail',
  'organisation',
  'code',
  'word',
  'address',
  'spare address',
  'place',
  'administrator',
  'filename',
  'place in accounts',
  'place in history',
  'key',
  'link',
] as const

export type Kind = (typeof KINDS)[number]

/** An identifier of something that is there, and one like it of nothing. */
export type Identifier = { value: string; twin: string }

/** An organisation of the proof, with the identifiers of what it has. */
export type Organisation = {
  letter: Letter
  id: number
  code: string
  things: Record<Kind, Identifier[]>
  /** Everything that a file says of one person, by the headings; none of it is among the identifiers. */
  person: Record<string, string>
  /** An upload whose possible duplicates are to be decided. */
  undecided: string
  /** The form of its first account as a page shows it, with a word more, so that there is something to save. */
  edit: { account: string; form: Record<string, string> }
  /** The account that has the spare address, which nothing but its removal is tried with. */
  spared: string
}

/** What who sees an organisation's matter may see. */
export const MATTER: Record<Kind, Matter> = {
  upload: 'uploads',
  change: 'uploads',
  account: 'directory',
  report: 'directory',
  mail: 'outbox',
  organisation: 'directory',
  code: 'directory',
  word: 'directory',
  address: 'directory',
  'spare address': 'directory',
  place: 'directory',
  administrator: 'directory',
  filename: 'uploads',
  'place in accounts': 'directory',
  'place in history': 'directory',
  key: 'uploads',
  link: 'directory',
}

export function identifiers(...values: (string | number)[]): Identifier[] {
  return values.map((value) => ({ value: String(value), twin: twinOf(String(value)) }))
}

/** Numbers of things of one kind, each with the same number of nothing: it need be asked for once. */
export function numbers(...values: number[]): Identifier[] {
  return values.map((value) => ({ value: String(value), twin: `${String(value).slice(0, 3)}900999` }))
}

/** Of the place in the accounts that a page ended with: opaque, but its twin has to be at the same place. */
export function placeInAccounts(next: string): Identifier {
  const place = Buffer.from(next, 'base64url').toString()
  return { value: next, twin: Buffer.from(twinOf(place)).toString('base64url') }
}
