import { isRequired } from '../changes/plan/wanted.ts'
import { type Fault, fault, quoted, warning } from '../directory/fault.ts'
import { ACCOUNT_FIELDS, PERSON_FIELDS, type PersonField } from '../directory/fields.ts'
import { MOST_READ } from '../directory/tidy-text.ts'
import type { RuleContext } from '../directory/value-rules.ts'
import { number } from '../words.ts'
import type { CellValue } from './cell-rules.ts'
import { CLEAR_WORD, type ColumnName, type UploadColumn } from './columns.ts'
import { findDamage } from './damage/find-damage.ts'
import { type Finding, isFinding } from './damage/finding.ts'
import { textMarked, withoutSeparators } from './damage/marks.ts'
import { isNearClear, isPlaceholder, mayBeName } from './damage/placeholders.ts'
import { suspect } from './damage/suspect.ts'
import type { KnownCells } from './known-cells.ts'

/** What `[clear]` is read as: the field is emptied. */
export const CLEAR = null

export type ValidationContext = {
  rules: RuleContext
  mobileRequired: boolean
  /** What cells of the same file were read as. Without it each is read anew. */
  known?: KnownCells
}

// Most cells are like this, and nothing has to be looked for in them.
const LETTERS = /^[A-Za-z][A-Za-z ,.()&-]*$/
const WORDS = /^[A-Za-z]{2,} [A-Za-z0-9 ,.()&/-]*$/
const PLAIN: Partial<Record<ColumnName, RegExp>> = {
  id: /^\d{1,14}$/,
  version: /^\d{1,14}$/,
  localId: /^[A-Z]{0,3}\d{1,14}$/,
  mobile: /^(?:0|\+44) ?7[\d ]{9,12}$/,
  telephone: /^[+\d]{3,6} [\d ext]{4,24}$/,
  emailAddress: /^[\w.+-]{1,64}@[\w.-]{1,128}$/,
  secondaryEmail: /^[\w.+-]{1,64}@[\w.-]{1,128}$/,
}

/**
 * A filled cell as its value, or what is doubtful about it.
 * @param text tidied
 * @param isLast of its row
 */
export function readCell(
  text: string,
  column: UploadColumn,
  context: ValidationContext,
  isLast = false,
): CellValue | typeof CLEAR | Finding {
  if (text.length > MOST_READ) return { fault: fault('too-long', tooLongToRead(text)) }
  if (text.length === CLEAR_WORD.length && text.toLowerCase() === CLEAR_WORD) return clear(column, context)
  if (isNearClear(text)) return nearClear(text)
  const empty = emptyWord(text, column)
  if (empty) return empty
  const isPlain = LETTERS.test(text) || (PLAIN[column.name] ?? WORDS).test(text)
  const found = isPlain ? undefined : amiss(text, column, context, isLast)
  if (found) return found
  const outcome = column.rule(text, context.rules)
  const suspected = isPlain ? undefined : suspect(text, column.name)
  if (!isFault(outcome)) {
    if (suspected === undefined) return outcome
    return { ...suspected, reading: outcome }
  }
  const finding = asFinding(outcome)
  if (suspected?.fault && outcome.severity === 'error') return suspected
  return { ...suspected, ...finding }
}

function amiss(
  text: string,
  column: UploadColumn,
  context: ValidationContext,
  isLast: boolean,
): Finding | undefined {
  const marked = textMarked(text)
  if (marked) return unwrapped(text, marked, column, context)
  const stripped = isLast ? withoutSeparators(text) : undefined
  if (stripped !== undefined) return withoutThem(text, stripped, column, context)
  return findDamage(text, column.name)
}

function nearClear(text: string): Finding {
  const message = `${quoted(text)} is not ${CLEAR_WORD}. Did you mean ${CLEAR_WORD}? Write it so to empty the field, or leave the cell empty to keep what is there.`
  return { fault: fault('near-clear', message) }
}

/** What a spreadsheet was given so that it keeps a text as it is. */
function unwrapped(text: string, inner: string, column: UploadColumn, context: ValidationContext): Finding {
  const read = readCell(inner.trim(), column, context)
  if (isFinding(read)) return read
  const message = `${quoted(text)} is written as spreadsheets keep text. It was read as ${quoted(inner)}.`
  return { fault: warning('text-mark', message, read), reading: read, meant: [inner] }
}

function withoutThem(text: string, left: string, column: UploadColumn, context: ValidationContext): Finding {
  const read = left === '' ? undefined : readCell(left.trim(), column, context)
  if (isFinding(read)) return read
  const message = `${quoted(text)} ends with separators of another spreadsheet. They were left out.`
  return {
    fault: warning('other-separators', message, read ?? ''),
    ...(read !== undefined && { reading: read }),
  }
}

const NAMES: ReadonlySet<ColumnName> = new Set(['firstName', 'middleName', 'lastName', 'knownAs'])
const TEXTS: ReadonlySet<ColumnName> = new Set([
  'title',
  'jobTitle',
  'department',
  'telephone',
  'description',
])

function emptyWord(text: string, { name, heading }: UploadColumn): Finding | undefined {
  if (text.length > 16) return undefined
  const isName = NAMES.has(name)
  const isKey = name === 'localId'
  if (!(isName || isKey || TEXTS.has(name)) || !isPlaceholder(text)) return undefined
  const said = `${quoted(text)} is what programs and people write where there is nothing to say.`
  if (isKey || (isName && !mayBeName(text)))
    return { fault: fault('placeholder-value', `${said} Write the ${heading}, or leave the cell empty.`) }
  const message = `${said} Leave the cell empty to keep what is there, or write ${CLEAR_WORD} to empty the field.`
  return { fault: warning('placeholder-value', message, text), reading: text }
}

function clear(column: UploadColumn, context: ValidationContext): CellValue | null | Finding {
  const { name } = column
  if (!isField(name) || isRequired(name, context)) {
    return {
      fault: fault(
        'cannot-clear',
        `${column.heading} can’t be emptied. Write a value, or leave the cell empty to keep what is there.`,
      ),
    }
  }
  return ACCOUNT_FIELDS[name].kind === 'boolean' ? false : CLEAR
}

function isField(name: ColumnName): name is PersonField {
  return (PERSON_FIELDS as readonly string[]).includes(name)
}

function asFinding(outcome: Fault<CellValue>): Finding {
  return outcome.severity === 'warning' ? { fault: outcome, reading: outcome.reading } : { fault: outcome }
}

function isFault(outcome: CellValue | Fault<CellValue>): outcome is Fault<CellValue> {
  return typeof outcome === 'object'
}

function tooLongToRead(text: string): string {
  return `${quoted(text)} has ${number(text.length)} characters, more than any cell may have. Shorten it, or check that the row’s cells and quote marks (") are right.`
}
