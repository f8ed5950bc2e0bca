import { type Fault, fault, quoted, warning } from '../directory/fault.ts'
import { ACCOUNT_FIELDS } from '../directory/fields.ts'
import { readMobile } from '../directory/mobile.ts'
import { plainAddress, type RuleContext, VALUE_RULES, type ValueRule } from '../directory/value-rules.ts'
import { wholeNumber } from './damage/numbers.ts'
import { strayKind } from './damage/stray.ts'

/** What a cell can be read as: a field's value, or an account ID. */
export type CellValue = string | boolean | number

/** A filled cell, trimmed and in NFC, as the value it stands for, or what is wrong with it. */
export type CellRule = (text: string, context: RuleContext) => CellValue | Fault<CellValue>

/** The short words of a post: the columns in which other columns' values are plainly out of place. */
export function postText(field: 'title' | 'jobTitle' | 'department'): CellRule {
  const rule: ValueRule = VALUE_RULES[field]
  const label = ACCOUNT_FIELDS[field].label
  return (text, context) => {
    const read = rule(text, context)
    if (isFault(read)) return read
    const stray = strayKind(text)
    if (!stray) return read
    const message = `${label} holds ${quoted(text)}, which is ${stray}. Check that this row’s cells stand in the right columns.`
    return warning('shifted-columns', message, read)
  }
}

export function personName(field: 'firstName' | 'middleName' | 'lastName' | 'knownAs'): CellRule {
  const rule: ValueRule = VALUE_RULES[field]
  const label = ACCOUNT_FIELDS[field].label
  return (text, context) => {
    const read = rule(text, context)
    if (!isFault(read) || read.code !== 'invalid-characters') return read
    const stray = strayKind(text)
    if (!stray) return read
    const where = 'Check that this row’s cells stand in the right columns.'
    return fault('shifted-columns', `${label} holds ${quoted(text)}, which is ${stray}. ${where}`)
  }
}

/** The account ID. `123.0`, as some programs write whole numbers, is read with a warning. */
export function accountId(text: string): CellValue | Fault<CellValue> {
  if (/^\d{1,15}$/.test(text) && Number(text) > 0) return Number(text)
  if (/^[1-9]\d{0,14}\.0{1,6}$/.test(text)) {
    const id = Number(text)
    return warning('id-with-decimals', `The ID ${quoted(text)} has decimals and was read as ${id}.`, id)
  }
  return fault(
    'not-an-id',
    `${quoted(text)} is not an account ID: those are whole numbers. Take it from the Mailbox Report, or leave the cell empty and give the local ID.`,
  )
}

/** An address by which an account is found: of the directory or of a domain that it was served under before. */
export function accountAddress(given: string): CellValue | Fault<CellValue> {
  const text = plainAddress(given).replace(/^mailto:/i, '')
  if (text.length <= 254 && /^[^\s@<>]+@[^\s@<>]+$/.test(text)) return text
  return fault(
    'not-an-email',
    `${quoted(text)} is not an e-mail address, so it can’t be told whom the row is about. Write one of the person’s addresses as the Mailbox Report has it, or fill in the local ID.`,
  )
}

/** The version of the account that an export wrote down, also as `3.0`. */
export function version(text: string): CellValue | Fault<CellValue> {
  if (/^[1-9]\d{0,8}(?:\.0{1,6})?$/.test(text)) return Number(text)
  return fault(
    'not-a-version',
    `${quoted(text)} is not a version as exports write it: those are whole numbers. Take the cell from the export again, or empty it.`,
  )
}

/** A mobile. What a spreadsheet leaves of one is read with a warning. */
export function mobile(text: string, context: RuleContext): CellValue | Fault<CellValue> {
  const whole = wholeNumber(text)
  const read = readMobile((whole ?? text).replace(/^'/, ''), context)
  if (!read) return VALUE_RULES.mobile(text, context)
  if (!read.lost) return read.mobile
  const code = read.lost === 'plus sign' ? 'mobile-without-plus' : 'mobile-without-zero'
  const message = `${quoted(text)} has lost its ${read.lost}, as happens in spreadsheets. It was read as ${read.mobile}.`
  return warning(code, message, read.mobile)
}

/** A telephone number or what else helps to call somebody; another column's value is plainly out of place. */
export function telephone(text: string, context: RuleContext): CellValue | Fault<CellValue> {
  const read = VALUE_RULES.telephone(text, context)
  const stray = strayKind(text)
  if (isFault(read) || (stray !== 'an e-mail address' && stray !== 'a Yes or No')) return read
  const message = `Telephone holds ${quoted(text)}, which is ${stray}. Check that this row’s cells stand in the right columns.`
  return warning('shifted-columns', message, read)
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

export function ownOrganisation(text: string, context: RuleContext): CellValue | Fault<CellValue> {
  if (text.toUpperCase() === context.organisationCode.toUpperCase()) return context.organisationCode
  if (context.isOfSeveral) {
    return fault(
      'no-such-organisation',
      `There is no open organisation ${quoted(text)} that you may send files for. Correct the code and send the row again.`,
    )
  }
  return fault(
    'other-organisation',
    `${quoted(text)} is not ${context.organisationCode}, the organisation of this upload. A CSV file can’t move people to another organisation: use the bulk transfer.`,
  )
}

function isFault<Value>(read: Value | Fault<Value>): read is Fault<Value> {
  return typeof read === 'object' && read !== null
}
