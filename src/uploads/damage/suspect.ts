import { fault, quoted, warning } from '../../directory/fault.ts'
import { otherDay, startDay } from '../../directory/start-day.ts'
import type { ColumnName } from '../columns.ts'
import { dateDamage, misreadDamage } from './find-damage.ts'
import type { Finding } from './finding.ts'
import { asItLooks } from './look-alikes.ts'
import { hasLostLetters, hasStrayQuestionMark } from './lost-letters.ts'

const NOT_ASCII = /[^\0-\x7f]/
const PERHAPS_DATE = /^(?:[3-5]\d{4}|[\d/.: -]{5,19}(?: [AP]M)?|\d{1,2}[- ][A-Z][a-z]{2}[- \d]{0,5})$/

/** The columns whose values are free text: anything may stand there, so that only the account proves damage. */
const FREE: ReadonlySet<ColumnName> = new Set([
  ...(['title', 'firstName', 'middleName', 'lastName', 'knownAs', 'jobTitle', 'department'] as const),
  ...(['site', 'organisationalUnit', 'telephone', 'description'] as const),
])
const OF_A_POST: ReadonlySet<ColumnName> = new Set(['title', 'jobTitle', 'department'])

/** What may be damage and may be meant: the account decides. */
export function suspect(text: string, field: ColumnName): Omit<Finding, 'reading'> | undefined {
  if (field === 'localId') return lookAlike(text)
  if (field === 'startsOn') return eitherDay(text)
  if (!FREE.has(field)) return undefined
  if (text.includes('?')) return questionMark(text, field)
  if (NOT_ASCII.test(text)) return { fault: null, damage: misreadDamage(text) }
  return PERHAPS_DATE.test(text) ? { fault: null, damage: dateDamage(text) } : undefined
}

// Two IDs that people can't tell apart count as one.
function lookAlike(text: string): Omit<Finding, 'reading'> | undefined {
  const plain = asItLooks(text)
  if (plain === text) return undefined
  return {
    fault: null,
    damage: {
      kind: 'look-alike-character',
      isFrom: (value) => value !== text && asItLooks(value).toLowerCase() === plain.toLowerCase(),
      told: (value) => `The local ID ${quoted(text)} looks like ${quoted(value)}, and holds another sign.`,
    },
    meant: [plain],
  }
}

/** A day that could be another may be that other one, which the account has, as a spreadsheet of another custom writes it. */
function eitherDay(text: string): Omit<Finding, 'reading'> | undefined {
  const read = startDay(text)
  if (typeof read === 'string' || read.severity === 'error') return undefined
  const other = otherDay(text)
  return {
    fault: null,
    damage: {
      kind: 'day-or-month-first',
      isFrom: (value) => value === other,
      told: (value) =>
        `${quoted(text)} is ${quoted(value)} as a spreadsheet writes it that puts the month first.`,
    },
  }
}

function questionMark(text: string, field: ColumnName): Omit<Finding, 'reading'> {
  const code = 'unreadable-character'
  const damage = {
    kind: code,
    isFrom: (value: string) => hasLostLetters(value, text),
    told: (value: string) => `${quoted(text)} is ${quoted(value)} with a question mark in place of a letter.`,
  }
  if (hasStrayQuestionMark(text)) {
    const message = `${quoted(text)} has a question mark where a letter was probably lost when the file was saved. Enter it again and save as CSV UTF-8.`
    return { fault: fault(code, message), damage }
  }
  if (!OF_A_POST.has(field)) return { fault: null, damage }
  const message = `${quoted(text)} holds a question mark: check that no letter was lost when the file was saved.`
  return { fault: warning('question-mark', message, text), damage }
}
