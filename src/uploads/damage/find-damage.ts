import { hasLostZeros } from '../../changes/plan/meant-local-ids.ts'
import type { Damage } from '../../changes/plan/wanted.ts'
import { type Fault, fault, quoted, warning } from '../../directory/fault.ts'
import { controlCharacterIn, tidyText } from '../../directory/tidy-text.ts'
import type { CellValue } from '../cell-rules.ts'
import type { ColumnName } from '../columns.ts'
import { becomesDate, isDate, typedAs } from './dates.ts'
import { entitiesRead } from './entities.ts'
import type { Finding } from './finding.ts'
import { hasLostLetters } from './lost-letters.ts'
import { withoutC1 } from './marks.ts'
import { canBeMisread, misreadOriginal, oddlySpelt } from './misread.ts'
import { becomesScientific, hasCutDigits, isScientific, wasCutTo, wholeNumber } from './numbers.ts'
import { isErrorValue } from './stray.ts'

const NOT_ASCII = /[^\0-\x7f]/

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/

const AS_TEXT = 'Format the column as text in your spreadsheet, enter the value again, and save.'

/** What a cell shows by itself to be no value but what has become of one. @param text not empty */
export function findDamage(text: string, field: ColumnName): Finding | undefined {
  if (NOT_ASCII.test(text) || CONTROL.test(text)) {
    const found = lostCharacter(text) ?? control(text) ?? misread(text, field)
    if (found) return found
  }
  if (isErrorValue(text)) {
    const message = `${quoted(text)} is an error of your spreadsheet, not a value. Correct the formula or empty the cell.`
    return { fault: fault('error-value', message) }
  }
  return entities(text) ?? (DIGIT.test(text) ? asNumber(text, field) : undefined)
}

const DIGIT = /\d/

function lostCharacter(text: string): Finding | undefined {
  if (!text.includes('\ufffd')) return undefined
  return {
    fault: fault(
      'unreadable-character',
      `${quoted(text)} holds a character that was lost when the file was saved (�). Enter it again and save as CSV UTF-8.`,
    ),
    damage: {
      kind: 'unreadable-character',
      isFrom: (value) => hasLostLetters(value, text),
      told: (value) =>
        `${quoted(text)} is ${quoted(value)} with a letter that was lost when the file was saved.`,
    },
  }
}

function control(text: string): Finding | undefined {
  const found = controlCharacterIn(text)
  if (found === undefined) return undefined
  const utf8 = misreadOriginal(text)
  const meant = utf8 === undefined ? withoutC1(text) : undefined
  if (utf8 !== undefined) return misread(text)
  if (meant === undefined) return { fault: found }
  const message = `${quoted(meant)} came with signs that were read by their numbers: as control characters. If it is right so, write ${quoted(meant)}.`
  return {
    fault: fault('control-character', message),
    ...provenAs(
      'control-character',
      [meant],
      (value) => `${quoted(value)} came with control characters in place of its signs.`,
    ),
  }
}

function misread(text: string, field?: ColumnName): Finding | undefined {
  const original = misreadOriginal(text) ?? (field === 'localId' ? undefined : oddlySpelt(text))
  if (original === undefined) return undefined
  return {
    fault: fault(
      'wrong-encoding',
      `${quoted(text)} looks like ${quoted(original)} read in the wrong encoding. Save the file as CSV UTF-8 and send it again, or correct the cell.`,
    ),
    damage: misreadDamage(text),
    meant: [tidyText(original)],
  }
}

/** What the account's value may have become by being read in the wrong encoding. */
export function misreadDamage(text: string): Damage {
  return {
    kind: 'wrong-encoding',
    isFrom: (value) => canBeMisread(value, text),
    told: (value) => `${quoted(text)} is ${quoted(value)} read in the wrong encoding.`,
  }
}

function entities(text: string): Finding | undefined {
  const read = entitiesRead(text)
  if (read === undefined) return undefined
  const meant = tidyText(read)
  const message = `${quoted(text)} holds signs as web pages write them down. It probably means ${quoted(meant)}: write that.`
  return {
    fault: fault('web-entity', message),
    ...provenAs(
      'web-entity',
      [meant],
      (value) => `${quoted(text)} is ${quoted(value)} as web pages write it down.`,
    ),
  }
}

function provenAs(
  kind: string,
  meant: readonly string[],
  told: (value: string) => string,
): Pick<Finding, 'damage' | 'meant'> {
  const bare = meant.map(withoutBlanks)
  return { damage: { kind, told, isFrom: (value) => bare.includes(withoutBlanks(value)) }, meant }
}

function withoutBlanks(text: string): string {
  return text.replace(/\s+/gu, ' ').trim()
}

const AS_IT_STANDS: ReadonlySet<ColumnName> = new Set([
  'id',
  'version',
  'hideMobile',
  'hideFromDirectory',
  'organisationCode',
  'site',
  'organisationalUnit',
  'secondaryEmail',
  'description',
  'startsOn',
])
const OF_DIGITS: Partial<Record<ColumnName, string>> = {
  id: 'the ID',
  localId: 'the local ID',
  mobile: 'the mobile number',
  telephone: 'the telephone number',
}

function asNumber(text: string, field: ColumnName): Finding | undefined {
  if (isScientific(text) && (field in OF_DIGITS || !AS_IT_STANDS.has(field))) return scientific(text, field)
  if (field === 'localId') return asLocalId(text)
  if (field === 'telephone') return asTelephone(text)
  if (AS_IT_STANDS.has(field) || field === 'mobile' || !isDate(text)) return undefined
  return { fault: dateFault(text), damage: dateDamage(text) }
}

function scientific(text: string, field: ColumnName): Finding {
  const what = OF_DIGITS[field] ?? 'a value'
  const message = `Your spreadsheet has turned ${what} into ${quoted(text)} and its digits are lost. ${AS_TEXT}`
  return {
    fault: fault('scientific-notation', message),
    damage: {
      kind: 'scientific-notation',
      isFrom: (value) => becomesScientific(value, text),
      told: (value) => `${quoted(text)} is what a spreadsheet shows of ${quoted(value)}.`,
    },
  }
}

function asLocalId(text: string): Finding | undefined {
  if (isDate(text)) return { fault: dateFault(text), damage: dateDamage(text), meant: typedAs(text) }
  const whole = wholeNumber(text)
  if (whole !== undefined) {
    const message = `${quoted(text)} is written as a number is, and a local ID is text. It probably means ${quoted(whole)}: format the column as text, and write that.`
    return {
      fault: fault('number-format', message),
      damage: {
        kind: 'number-format',
        isFrom: (value) => value === whole || hasLostZeros(whole, value),
        told: (value) => `${quoted(text)} is ${quoted(value)} written as a number.`,
      },
      meant: [whole],
    }
  }
  if (!hasCutDigits(text)) return undefined
  const message = `${quoted(text)} has more than 15 digits, and its last ones are 0: a spreadsheet keeps no more than 15. Compare it with where it comes from.`
  return {
    fault: warning('digits-lost', message, text),
    damage: {
      kind: 'digits-lost',
      isFrom: (value) => value !== text && wasCutTo(value, text),
      told: (value) =>
        `${quoted(text)} is ${quoted(value)} without its last digits, which a spreadsheet doesn’t keep.`,
    },
  }
}

const WITHOUT_ZERO = /^[1-9]\d{8,9}$/
const WITHOUT_PLUS = /^44[1-9]\d{8,9}$/

/** A number in full that was taken for one: read as what it was, and kept where the account has it in other signs. */
function asTelephone(text: string): Finding | undefined {
  const digits = wholeNumber(text) ?? text
  const isWithoutPlus = WITHOUT_PLUS.test(digits)
  if (!isWithoutPlus && !WITHOUT_ZERO.test(digits)) return undefined
  const reading = isWithoutPlus ? `+${digits}` : `0${digits}`
  const code = isWithoutPlus ? 'telephone-without-plus' : 'telephone-without-zero'
  const lost = isWithoutPlus ? 'plus sign' : 'leading zero'
  const message = `${quoted(text)} has lost its ${lost}, as happens in spreadsheets. It was read as ${reading}.`
  return {
    fault: warning(code, message, reading),
    reading,
    isSame: (value) => significant(value) === significant(reading),
  }
}

/** Of a telephone number the digits that are the same within the country and from outside. */
function significant(value: string): string {
  return value
    .replace('(0)', '')
    .replace(/[^+\d]/g, '')
    .replace(/^(?:\+44|0044|0)/, '')
}

function dateFault(text: string): Fault<CellValue> {
  const message = `${quoted(text)} is a date: your spreadsheet has probably changed what was typed. ${AS_TEXT}`
  return fault('turned-into-date', message)
}

/** What the account's value may have become by being taken for a date. */
export function dateDamage(text: string): Damage {
  return {
    kind: 'turned-into-date',
    isFrom: (value) => becomesDate(value, text),
    told: (value) => `${quoted(text)} is what a spreadsheet makes of ${quoted(value)}: a date.`,
  }
}
