import { type Fault, fault, quoted, warning } from './fault.ts'
import { ACCOUNT_FIELDS, type PersonField } from './fields.ts'
import { alikeSigns } from './look-alike-texts.ts'
import { type Abroad, mobileRule } from './mobile.ts'
import { placesByName } from './places-by-name.ts'
import { startDay } from './start-day.ts'
import { evenText } from './tidy-text.ts'

/** What the rules must know of the organisation whose account it is. */
export type RuleContext = Abroad & {
  organisationCode: string
  /** The site's name for its code or name, in any letter case. */
  siteNamed: (text: string) => string | undefined
  unitNamed: (text: string) => string | undefined
  /** Where none has that name: the one that is nearly called so. */
  nearestSite: (text: string) => string | undefined
  nearestUnit: (text: string) => string | undefined
  /** Of the directory's own addresses: the setting MAIL_DOMAIN. */
  servedDomain: string
  /** Whether the row came in a file of several organisations, which must name its own on every row. */
  isOfSeveral?: boolean
}

/** A text, trimmed and in NFC and not empty, as the value it stands for, or what is wrong with it. */
export type ValueRule<Value = string> = (text: string, context: RuleContext) => Value | Fault<Value>

/** Which values a field may have, whoever gives them and by which way. Yes or no has a rule of its own. */
export const VALUE_RULES = {
  localId,
  title: evenShortText('title'),
  firstName: personName('firstName'),
  middleName: personName('middleName'),
  lastName: personName('lastName'),
  knownAs: personName('knownAs'),
  jobTitle: evenShortText('jobTitle'),
  department: evenShortText('department'),
  site,
  organisationalUnit: unit,
  mobile: mobileRule,
  telephone: oneLine('telephone'),
  secondaryEmail,
  description: shortText('description'),
  startsOn: startDay,
} satisfies Partial<Record<PersonField, ValueRule>>

/** @param organisation with its sites and units, by their names */
export function ruleContext(
  organisation: {
    code: string
    sites: readonly { code: string; name: string }[]
    units: readonly { name: string }[]
  },
  servedDomain: string,
): RuleContext {
  const { code, sites, units } = organisation
  const siteNames = placesByName([
    ...sites.map((site) => [site.name, site.name] as const),
    ...sites.map((site) => [site.code, site.name] as const),
  ])
  const unitNames = placesByName(units.map((unit) => [unit.name, unit.name]))
  return {
    organisationCode: code,
    siteNamed: siteNames.named,
    unitNamed: unitNames.named,
    nearestSite: siteNames.nearest,
    nearestUnit: unitNames.nearest,
    servedDomain,
  }
}

function shortText(field: PersonField): ValueRule {
  return (text) => tooLong(field, text) ?? text
}

/** Of a post: it stands on one line, if not always. */
function evenShortText(field: PersonField): ValueRule {
  return (text) => turnedRound(field, text) ?? tooLong(field, evenText(text)) ?? evenText(text)
}

function oneLine(field: PersonField): ValueRule {
  return (text) =>
    lineBreak(field, text) ?? turnedRound(field, text) ?? tooLong(field, evenText(text)) ?? evenText(text)
}

// Word processors write these signs.
const HYPHENS = /[\u2012\u2013\u2212]/g
const NAME = /^[\p{L}\p{M}\p{Zs}\-'’.\u200c\u200d]+$/u

function personName(field: PersonField): ValueRule {
  const label = ACCOUNT_FIELDS[field].label
  return (given) => {
    const text = /[\u202d\u202e\n\t]/.test(given) ? given : evenText(given).replace(HYPHENS, '-')
    if (NAME.test(text)) return tooLong(field, text) ?? text
    const wrong = Array.from(text).find((character) => !NAME.test(character)) ?? ''
    return fault(
      'invalid-characters',
      `${label} ${quoted(text)} holds ${wordFor(wrong)}. A name may hold letters, spaces, hyphens, apostrophes and full stops.`,
    )
  }
}

function localId(text: string): string | Fault<string> {
  const wrong = lineBreak('localId', text) ?? tooLong('localId', text)
  if (wrong) return wrong
  if (ASCII.test(text) || !/\p{Cf}/u.test(text)) return lookAlike(text) ?? text
  const message = `The local ID ${quoted(text.replace(/\p{Cf}/gu, '□'))} holds an invisible character (□), so it is another one than it looks. It was read without.`
  return warning('invisible-character', message, text.replace(/\p{Cf}/gu, ''))
}

const ASCII = /^[\0-\x7f]*$/

// A letter of another alphabet (a Cyrillic А), a digit or hyphen of another form (１, –). An accent is plain to see.
const OTHER_FORM = /^(?!\p{Script=Latin})[\p{L}\p{Nd}\p{Pd}\p{Zs}\u2212]$/u

/** Two IDs that people can't tell apart are two accounts of one person, or one person's row on another's account. */
function lookAlike(text: string): Fault<string> | undefined {
  if (ASCII.test(text)) return undefined
  const shown = Array.from(text, (character) => {
    if (character <= '\x7f') return character
    return OTHER_FORM.test(character) || character.normalize('NFKC') !== character ? '□' : character
  }).join('')
  if (shown === text) return undefined
  const message = `The local ID ${quoted(text)} holds, at the □ of ${quoted(shown)}, a character that can look like a plain letter, digit, hyphen or blank and is none: it may be another ID than it looks. If so, type it again there.`
  return warning('look-alike-character', message, text)
}

function isOfTwoScripts(part: string): boolean {
  return /[\u0370-\u04ff]/.test(part) && /[a-z]/i.test(part)
}

/** An address as it is typed: apostrophes, hyphens and the @ of one kind, and nothing that isn't seen. */
export function plainAddress(text: string): string {
  return ASCII.test(text) ? text : alikeSigns(evenText(text)).replace('＠', '@')
}

const LOCAL_PART = /^[^\s"(),:;<>@[\\\]]{1,64}$/
const DOMAIN_LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u

function secondaryEmail(given: string, context: RuleContext): string | Fault<string> {
  const text = plainAddress(given)
  const at = text.lastIndexOf('@')
  const local = text.slice(0, Math.max(at, 0))
  const domain = text.slice(at + 1)
  const labels = domain.split('.')
  const isAddress =
    text.length <= ACCOUNT_FIELDS.secondaryEmail.maxLength &&
    LOCAL_PART.test(local) &&
    !/^\.|\.\.|\.$/.test(local) &&
    labels.length >= 2 &&
    labels.every((label) => DOMAIN_LABEL.test(label))
  if (!isAddress)
    return fault('not-an-email', `${quoted(text)} is not an e-mail address. Write it as name@example.org.`)
  if (!ASCII.test(text) && text.split(/[@.]/).some(isOfTwoScripts)) {
    const message = `${quoted(text)} holds letters of two alphabets that look alike. Type the address again.`
    return fault('look-alike-address', message)
  }
  const served = context.servedDomain.toLowerCase()
  if (!`.${domain.toLowerCase()}`.endsWith(`.${served}`)) return text
  return fault(
    'email-in-served-domain',
    `${quoted(text)} is an address of this directory (${served}). The secondary e-mail must be one outside it.`,
  )
}

const OWN_LOCAL_PART = /^[a-z0-9](?:[a-z0-9._'-]{0,62}[a-z0-9])?$/

/** An address of the directory itself, in small letters: a part before the @ alone is of the served domain. */
export function ownAddress(text: string, { servedDomain }: RuleContext): string | Fault<string> {
  const served = servedDomain.toLowerCase()
  const [local = '', domain = served, ...more] = text.toLowerCase().split('@')
  if (more.length > 0 || domain !== served)
    return fault(
      'not-in-served-domain',
      `${quoted(text)} is no address of this directory. Those end in @${served}.`,
    )
  if (OWN_LOCAL_PART.test(local) && !local.includes('..')) return `${local}@${served}`
  return fault(
    'not-an-email',
    `${quoted(text)} can’t be an address: before the @ stand up to 64 letters without accents, digits, full stops, hyphens, apostrophes or underscores, as in jane.smith@${served}.`,
  )
}

function site(text: string, context: RuleContext): string | Fault<string> {
  const named = context.siteNamed(text)
  if (named !== undefined) return named
  return fault(
    'unknown-site',
    `${context.organisationCode} has no site ${quoted(text)}.${didYouMean(context.nearestSite(text))} Write the code or the name of one of its sites.`,
  )
}

function unit(text: string, context: RuleContext): string | Fault<string> {
  const named = context.unitNamed(text)
  if (named !== undefined) return named
  return fault(
    'unknown-unit',
    `${context.organisationCode} has no organisational unit ${quoted(text)}.${didYouMean(context.nearestUnit(text))} Write the unit’s name as the Mailbox Report shows it; to move people, use the bulk transfer.`,
  )
}

function didYouMean(nearest: string | undefined): string {
  return nearest === undefined ? '' : ` Did you mean ${quoted(nearest)}?`
}

function tooLong(field: PersonField, text: string): Fault<never> | undefined {
  const { label, maxLength } = ACCOUNT_FIELDS[field]
  if (text.length <= maxLength) return undefined
  const length = Array.from(text).length
  if (length <= maxLength) return undefined
  return fault(
    'too-long',
    `${label} ${quoted(text)} has ${length} characters; at most ${maxLength} are allowed. Shorten it.`,
  )
}

/** A sign that has what follows shown from right to left: the text isn't the one that is seen. */
function turnedRound(field: PersonField, text: string): Fault<never> | undefined {
  if (!/[\u202d\u202e]/.test(text)) return undefined
  const { label } = ACCOUNT_FIELDS[field]
  const seen = text.replace(/[\u202d\u202e]/g, '□')
  return fault(
    'turned-round',
    `${label} ${quoted(seen)} holds an invisible sign (□) that turns letters round. Type it again.`,
  )
}

function lineBreak(field: PersonField, text: string): Fault<never> | undefined {
  if (!/[\n\t\u2028\u2029]/.test(text)) return undefined
  const { label } = ACCOUNT_FIELDS[field]
  return fault('line-break', `${label} ${quoted(text)} holds a line break or a tab. Remove it.`)
}

function wordFor(character: string): string {
  if (/[\n\t\u2028\u2029]/.test(character)) return 'a line break or a tab'
  if (/\p{C}/u.test(character)) return 'an invisible character'
  return /\d/.test(character) ? `the digit ${character}` : `the character ${character}`
}
