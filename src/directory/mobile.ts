import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/mobile'
import { type Fault, fault, quoted } from './fault.ts'

/** What was read: as E.164, and what a number written in full has, and this one hasn't. */
export type ReadMobile = { mobile: string; lost: 'plus sign' | 'leading zero' | null }

/** Of which countries besides the United Kingdom an organisation's mobiles may be, by their two letters. */
export type Abroad = { mobileCountries?: readonly string[] }

// Bidirectional marks come along with numbers copied from a phone's contacts.
const PHONE_PUNCTUATION = /[\s\-().\u2010-\u2015\u2212\u00ad\p{Cf}]/gu

/** Of E.164, its plus sign aside, and of `00`. */
const MOST_DIGITS = 17

/**
 * A mobile as E.164, from how people write it: of the United Kingdom, allocated or not; or written with its country's code,
 * of one of the others that are allowed.
 * @returns undefined for what is none
 */
export function readMobile(text: string, { mobileCountries = [] }: Abroad): ReadMobile | undefined {
  const digits = text.length > 64 ? '' : text.replace('(0)', '').replace(PHONE_PUNCTUATION, '')
  return (
    readUkMobile(digits) ?? (mobileCountries.length > 0 ? readAbroad(digits, mobileCountries) : undefined)
  )
}

function readUkMobile(digits: string): ReadMobile | undefined {
  const [, country, zero, number] = /^(\+44|0044|44)?(0?)(7\d{9})$/.exec(digits) ?? []
  if (number === undefined) return undefined
  const bare = country === undefined && zero === '' ? 'leading zero' : null
  return { mobile: `+44${number}`, lost: country === '44' ? 'plus sign' : bare }
}

function readAbroad(digits: string, countries: readonly string[]): ReadMobile | undefined {
  const [, sign, number = ''] = /^(\+|00)?([1-9]\d+)$/.exec(digits) ?? []
  if (number === '' || number.length > MOST_DIGITS) return undefined
  const found = parsePhoneNumberFromString(`+${number}`, { extract: false })
  if (!found?.isValid() || found.country === undefined || !countries.includes(found.country)) return undefined
  return { mobile: found.number, lost: sign === undefined ? 'plus sign' : null }
}

export function mobileRule(text: string, abroad: Abroad): string | Fault<string> {
  return readMobile(text, abroad)?.mobile ?? fault('not-a-mobile', notAMobile(text, abroad))
}

function notAMobile(text: string, { mobileCountries = [] }: Abroad): string {
  const own = 'Write it as 07700 900123 or +44 7700 900123'
  if (mobileCountries.length === 0) return `${quoted(text)} is not a UK mobile number. ${own}.`
  const others = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(
    mobileCountries.map(countryName),
  )
  const code = getCountryCallingCode(mobileCountries[0] as CountryCode)
  return `${quoted(text)} is not a mobile number of the United Kingdom, ${others}. ${own}, or one of another country with its code, which begins as in +${code}.`
}

/** A stored mobile as people say it: of this country without its code, of another one in its groups. */
export function mobileWords(mobile: string): string {
  const own = /^\+44(\d{4})(\d{3})(\d{3})$/.exec(mobile)
  if (own) return `0${own.slice(1).join(' ')}`
  return parsePhoneNumberFromString(mobile)?.formatInternational() ?? mobile
}

const NAMES = new Intl.DisplayNames('en-GB', { type: 'region' })

/** Ireland, for IE. */
export function countryName(country: string): string {
  return NAMES.of(country) ?? country
}

/** The country that a person names, by its English name or its two letters; undefined where there is none. */
export function countryNamed(text: string): string | undefined {
  const wanted = text.trim().toLowerCase()
  return getCountries().find((code) =>
    [code, countryName(code)].some((name) => name.toLowerCase() === wanted),
  )
}
