import anyAscii from 'any-ascii'

/** Before the @ stand at most 64 characters (RFC 5321); six are kept for a number. */
const MAX_LOCAL_PART = 58

/**
 * The local part of a new account's address, without a number: `jane.smith`, folded to ASCII, of the letters a–z,
 * hyphens and dots. Where nothing is left of the name it is `staff.ACCOUNTID`.
 */
export function localPartFor(firstName: string | null, lastName: string | null, accountId: number): string {
  const parts = [firstName, lastName].map((name) => asciiLetters(name ?? '')).filter((part) => part !== '')
  const local = parts.join('.').slice(0, MAX_LOCAL_PART).replace(TRAILING_MARKS, '')
  return local === '' ? `staff.${accountId}` : local
}

/** The n-th address of the same name: `jane.smith`, `jane.smith2`, `jane.smith3`. */
export function withNumber(localPart: string, n: number): string {
  return n === 1 ? localPart : `${localPart}${n}`
}

/**
 * `jane.smith2@x` is `jane.smith`, 2, `x`. A number has five digits at most, so that there is room for those that come
 * after it; any others belong to the base.
 */
export function addressParts(address: string): { base: string; number: number; domain: string } {
  const [local = '', domain = ''] = address.split('@')
  const numbered = /^(.*[^\d.])(\d{1,5})$/.exec(local)
  return { base: numbered?.[1] ?? local, number: Number(numbered?.[2] ?? 1), domain }
}

/** A person's name where people of several organisations may stand: `SMITH, Jane (RX1)`. */
export function displayName(account: Names, organisationCode: string): string {
  return `${nameInList(account)} (${organisationCode})`.trimStart()
}

/** A person's name in a list of one organisation: `SMITH, Jane`; empty where there is none. */
export function nameInList({ firstName, lastName }: Names): string {
  return [lastName?.toUpperCase(), firstName].filter((name) => name != null && name !== '').join(', ')
}

type Names = { firstName: string | null; lastName: string | null }

/**
 * The key under which local IDs and addresses are unique, without regard to case. Folded here, since the
 * database's `lower()` depends on its locale. Folding a key changes nothing.
 */
export function foldKey(text: string): string {
  if (ASCII.test(text)) return text.trim().toLowerCase()
  // Down, up and down again: ẞ, ß and SS, ſ and s, ς and σ come to the same only that way.
  const folded = text.normalize('NFC').trim().toLowerCase().toUpperCase().toLowerCase().normalize('NFC')
  return folded.replaceAll('ς', 'σ')
}

const ASCII = /^[\0-\x7f]*$/
const NOT_OF_A_NAME = /[^\p{L}\p{M}.-]/gu
const TRAILING_MARKS = /(?<![.-])[.-]+$/

// Marks that aren't part of a name go first: an emoji would otherwise come back as its English word.
function asciiLetters(name: string): string {
  return anyAscii(name.normalize('NFC').replace(NOT_OF_A_NAME, ''))
    .toLowerCase()
    .replace(/[^a-z.-]/g, '')
    .replace(/[.-]{2,}/g, (run) => (run.includes('.') ? '.' : '-'))
    .replace(/^[.-]+/, '')
    .replace(TRAILING_MARKS, '')
}
