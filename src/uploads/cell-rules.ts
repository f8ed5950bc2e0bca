import { ACCOUNT_FIELDS, type PersonField } from '../directory/fields.ts'
import { type Fault, fault, quoted, warning } from './problem.ts'
import { isDate, isScientific, misreadOriginal, strayKind } from './spreadsheet-damage.ts'

/** What a cell can be read as: a field's value, or an account ID. */
export type CellValue = string | boolean | number

/** What the rules must know besides the cell. */
export type RuleContext = {
  organisationCode: string
  /** The site's name for its folded code or name. */
  siteNamed: (text: string) => string | undefined
  unitNamed: (text: string) => string | undefined
  /** Of the directory's own addresses. */
  servedDomain: string
}

/** A filled cell, trimmed and in NFC, as the value it stands for, or what is wrong with it. */
export type CellRule = (text: string, context: RuleContext) => CellValue | Fault<CellValue>

const AS_TEXT = 'Format the column as text in your spreadsheet, enter the value again, and save.'

/** Free text of one of the account's fields. Line breaks may stand in it. */
export function freeText(field: PersonField): CellRule {
  return (text) => tooLong(field, text) ?? text
}

/** The short words of a post: the columns in which dates and other columns' values are plainly damage. */
export function postText(field: PersonField): CellRule {
  const label = ACCOUNT_FIELDS[field].label
  return (text) => {
    const wrong = tooLong(field, text) ?? turnedIntoDate(text)
    if (wrong) return wrong
    const stray = strayKind(text)
    if (!stray) return text
    const message = `${label} holds ${quoted(text)}, which is ${stray}. Check that this row’s cells stand in the right columns.`
    return warning('shifted-columns', message, text)
  }
}

const NAME = /^[\p{L}\p{M}\p{Zs}\-'’.\u200c\u200d]+$/u

export function personName(field: PersonField): CellRule {
  const label = ACCOUNT_FIELDS[field].label
  return (text) => {
    if (NAME.test(text)) return tooLong(field, text) ?? text
    const damage = turnedIntoDate(text) ?? misread(text)
    if (damage) return damage
    const stray = strayKind(text)
    if (stray) {
      const where = 'Check that this row’s cells stand in the right columns.'
      return fault('shifted-columns', `${label} holds ${quoted(text)}, which is ${stray}. ${where}`)
    }
    const wrong = Array.from(text).find((character) => !NAME.test(character)) ?? ''
    return fault(
      'invalid-characters',
      `${label} ${quoted(text)} holds ${nameOf(wrong)}. A name may hold letters, blanks, hyphens, apostrophes and full stops.`,
    )
  }
}

export function localId(text: string): CellValue | Fault<CellValue> {
  if (isScientific(text)) return scientific('the local ID', text)
  const wrong = turnedIntoDate(text) ?? lineBreak('Local ID', text) ?? tooLong('localId', text)
  if (wrong) return wrong
  if (!/\p{Cf}/u.test(text)) return lookAlike(text) ?? text
  const message = `The local ID ${quoted(text.replace(/\p{Cf}/gu, '□'))} holds an invisible character (□), so it is another one than it looks. Type it again.`
  return warning('invisible-character', message, text)
}

// A letter of another alphabet (a Cyrillic А), a digit or hyphen of another form (１, –). An accent is plain to see.
const OTHER_FORM = /^(?!\p{Script=Latin})[\p{L}\p{Nd}\p{Pd}\p{Zs}\u2212]$/u

/** Two IDs that people can't tell apart are two accounts of one person, or one person's row on another's account. */
function lookAlike(text: string): Fault<CellValue> | undefined {
  const shown = Array.from(text, (character) => {
    if (character <= '\x7f') return character
    return OTHER_FORM.test(character) || character.normalize('NFKC') !== character ? '□' : character
  }).join('')
  if (shown === text) return undefined
  const message = `The local ID ${quoted(text)} holds, at the □ of ${quoted(shown)}, a character that can look like a plain letter, digit, hyphen or blank and is none: it may be another ID than it looks. If so, type it again there.`
  return warning('look-alike-character', message, text)
}

/** The account ID. `123.0`, as some programs write whole numbers, is read with a warning. */
export function accountId(text: string): CellValue | Fault<CellValue> {
  if (/^\d{1,15}$/.test(text) && Number(text) > 0) return Number(text)
  if (/^[1-9]\d{0,14}\.0{1,6}$/.test(text)) {
    const id = Number(text)
    return warning('id-with-decimals', `The ID ${quoted(text)} has decimals and was read as ${id}.`, id)
  }
  if (isScientific(text)) return scientific('the ID', text)
  return fault(
    'not-an-id',
    `${quoted(text)} is not an account ID: those are whole numbers. Take it from the Mailbox Report, or leave the cell empty and give the local ID.`,
  )
}

// Bidirectional marks come along with numbers copied from a phone's contacts.
const PHONE_PUNCTUATION = /[\s\-().\u2010-\u2015\u2212\u00ad\p{Cf}]/gu

/** A UK mobile, allocated or not, as E.164. What Excel leaves of one is read with a warning. */
export function ukMobile(text: string): CellValue | Fault<CellValue> {
  if (isScientific(text)) return scientific('the mobile number', text)
  const digits =
    text.length > 64 ? '' : text.replace(/^'/, '').replace('(0)', '').replace(PHONE_PUNCTUATION, '')
  const [, country, zero, number] = /^(\+44|0044|44)?(0?)(7\d{9})$/.exec(digits) ?? []
  if (number === undefined) {
    return fault(
      'not-a-mobile',
      `${quoted(text)} is not a UK mobile number. Write it as 07700 900123 or +44 7700 900123.`,
    )
  }
  const mobile = `+44${number}`
  if (country === '44') return damaged('mobile-without-plus', 'plus sign')
  if (country === undefined && zero === '') return damaged('mobile-without-zero', 'leading zero')
  return mobile

  function damaged(code: string, lost: string): Fault<CellValue> {
    const message = `${quoted(text)} has lost its ${lost}, as happens in spreadsheets. It was read as ${mobile}.`
    return warning(code, message, mobile)
  }
}

export function telephone(text: string): CellValue | Fault<CellValue> {
  if (isScientific(text)) return scientific('the telephone number', text)
  return lineBreak('Telephone', text) ?? tooLong('telephone', text) ?? text
}

const YES_OR_NO = new Map([
  ...['yes', 'y', 'true', '1'].map((word) => [word, true] as const),
  ...['no', 'n', 'false', '0'].map((word) => [word, false] as const),
])

export function yesOrNo(text: string): CellValue | Fault<CellValue> {
  return (
    YES_OR_NO.get(text.toLowerCase()) ??
    fault('not-yes-or-no', `${quoted(text)} is neither Yes nor No. Write Yes or No.`)
  )
}

const LOCAL_PART = /^[^\s"(),:;<>@[\\\]]{1,64}$/
const DOMAIN_LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u

export function secondaryEmail(text: string, context: RuleContext): CellValue | Fault<CellValue> {
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
  const served = context.servedDomain.toLowerCase()
  if (domain.toLowerCase() !== served && !domain.toLowerCase().endsWith(`.${served}`)) return text
  return fault(
    'email-in-served-domain',
    `${quoted(text)} is an address of this directory (${served}). The secondary e-mail must be one outside it.`,
  )
}

export function siteOf(text: string, context: RuleContext): CellValue | Fault<CellValue> {
  const wrong = `${context.organisationCode} has no site ${quoted(text)}. Write the code or the name of one of its sites.`
  return context.siteNamed(text) ?? fault('unknown-site', wrong)
}

export function unitOf(text: string, context: RuleContext): CellValue | Fault<CellValue> {
  const wrong = `${context.organisationCode} has no organisational unit ${quoted(text)}. Write the unit’s name as the Mailbox Report shows it; to move people, use the bulk transfer.`
  return context.unitNamed(text) ?? fault('unknown-unit', wrong)
}

export function ownOrganisation(text: string, context: RuleContext): CellValue | Fault<CellValue> {
  if (text.toUpperCase() === context.organisationCode.toUpperCase()) return context.organisationCode
  return fault(
    'other-organisation',
    `${quoted(text)} is not ${context.organisationCode}, the organisation of this upload. A CSV file can’t move people to another organisation: use the bulk transfer.`,
  )
}

function tooLong(field: PersonField, text: string): Fault<CellValue> | undefined {
  const { label, maxLength } = ACCOUNT_FIELDS[field]
  if (text.length <= maxLength) return undefined
  const length = Array.from(text).length
  if (length <= maxLength) return undefined
  return fault(
    'too-long',
    `${label} ${quoted(text)} has ${length} characters; at most ${maxLength} are allowed. Shorten it.`,
  )
}

function turnedIntoDate(text: string): Fault<CellValue> | undefined {
  if (!isDate(text)) return undefined
  return fault(
    'turned-into-date',
    `${quoted(text)} is a date: your spreadsheet has probably changed what was typed. ${AS_TEXT}`,
  )
}

function misread(text: string): Fault<CellValue> | undefined {
  const original = misreadOriginal(text)
  if (original === undefined) return undefined
  const message = `${quoted(text)} looks like ${quoted(original)} read in the wrong encoding. Save the file as CSV UTF-8 and send it again.`
  return fault('wrong-encoding', message)
}

function scientific(what: string, text: string): Fault<CellValue> {
  return fault(
    'scientific-notation',
    `Your spreadsheet has turned ${what} into ${quoted(text)} and its digits are lost. ${AS_TEXT}`,
  )
}

function lineBreak(label: string, text: string): Fault<CellValue> | undefined {
  if (!/[\n\t\u2028\u2029]/.test(text)) return undefined
  return fault('line-break', `${label} ${quoted(text)} holds a line break or a tab. Remove it.`)
}

function nameOf(character: string): string {
  if (/[\n\t\u2028\u2029]/.test(character)) return 'a line break or a tab'
  if (/\p{C}/u.test(character)) return 'an invisible character'
  return /\d/.test(character) ? `the digit ${character}` : `the character ${character}`
}
