import type { PlannedChange } from '../changes/change.ts'
import type { Match } from '../changes/plan/match-accounts.ts'
import type { Wanted } from '../changes/plan/wanted.ts'
import type { Problem } from '../changes/problem.ts'
import { asCell } from '../changes/values.ts'
import type { FieldValue, PersonField } from '../directory/fields.ts'
import type { RuleContext } from '../directory/value-rules.ts'
import { count, number } from '../words.ts'
import { UPLOAD_FORMAT } from './columns.ts'
import { strayKind } from './damage/stray.ts'
import type { Headings } from './headings.ts'
import type { UploadedRow } from './read-rows.ts'
import { type Shift, shiftOf } from './shifted-row.ts'
import type { FileWarning } from './upload.ts'

type Example = NonNullable<FileWarning['examples']>[number]
type Group = { rows: number; examples: Example[] }

const MOST_EXAMPLES = 3

/** Of fewer rows than this nothing is said of the file: they are looked through by eye. */
const FROM_ROWS = { shifted: 3, otherKind: 10, oneValue: 5 }

/** In so much of the rows that change at all: a file of nothing else. */
const NEARLY_EVERY = 0.9

const ENCODING = new Set(['wrong-encoding', 'unreadable-character', 'control-character'])

/** What is seen of a file only by looking over many of its rows: moved columns, wrong ones, a wrong encoding, the sample. */
export type LookOver = {
  /** @returns the change, or what stands in its place: one error for a row whose cells have moved */
  row(uploaded: UploadedRow, row: Wanted, match: Match, change: PlannedChange): PlannedChange
  /** @param existing rows that reach an account and are no error */
  warnings(existing: number): FileWarning[]
}

export function lookOver(
  headings: Headings,
  rules: RuleContext,
  headingOf: (field: PersonField) => string,
): LookOver {
  const shifts = new Map<string, Group & { shift: Shift }>()
  const ofOtherKind = new Map<string, Group>()
  const sameValues = new Map<string, Group & { field: PersonField; value: string }>()
  const misread: Group & { words: Set<string> } = { rows: 0, examples: [], words: new Set() }

  return {
    row(uploaded, row, match, change) {
      if (uploaded.shape.damage) return change
      if (isOfSample(row)) return leftOut(row, change)
      const { problems, after } = change as { problems: readonly Problem[]; after: PlannedChange['after'] }
      if (problems.length > 0) noteMisread(problems)
      if (mayBeShifted(problems, after)) {
        const account = match.byId ?? match.byLocalId
        const shift = shiftOf(uploaded.cells, headings, account, rules)
        if (shift) return shifted(uploaded, change, shift, account?.fields ?? {})
      }
      if (change.action === 'update' && after) noteValues(change, match)
      return change
    },
    warnings: (existing) => [
      ...shiftWarnings(),
      ...misreadWarnings(),
      ...kindWarnings(existing),
      ...valueWarnings(),
    ],
  }

  function shifted(
    { row, cells }: UploadedRow,
    change: PlannedChange,
    shift: Shift,
    fields: Record<string, FieldValue>,
  ): PlannedChange {
    const { at, word, column } = headings.columns[shift.from] as Headings['columns'][number]
    const group = groupIn(shifts, `${shift.direction} ${shift.from}`, { shift })
    const old = fields[column.name]
    noteExample(group, () => ({
      row,
      column: word,
      old: old === undefined ? null : asCell(old),
      new: cells[at] ?? '',
    }))
    const problem: Problem = {
      column: word,
      code: 'shifted-columns',
      message: `From ${word} on, the row’s cells stand one column too far ${shift.direction}. Put them under their headings, and send the row again.`,
      value: cells[at] ?? null,
      severity: 'error',
    }
    const { alternative: _, repairs: __, ...rest } = change
    const isThere = change.accountVersion !== null
    return {
      ...rest,
      ...{
        action: 'error',
        accountId: isThere ? change.accountId : null,
        localIdKey: null,
        formerLocalIdKey: null,
      },
      ...{ before: null, after: null, problems: [problem] },
    }
  }

  function noteMisread(problems: readonly Problem[]): void {
    const found = problems.filter(({ code, severity }) => ENCODING.has(code) && severity === 'error')
    if (found.length === 0) return
    misread.rows++
    for (const { value } of found) if (value && misread.words.size < MOST_EXAMPLES) misread.words.add(value)
  }

  function noteValues({ row, before, after }: PlannedChange, match: Match): void {
    const account = (match.byId ?? match.byLocalId)?.fields ?? {}
    for (const [name, value] of Object.entries(after ?? {})) {
      const field = name as PersonField
      const old = before?.[field] ?? null
      if (typeof value !== 'string') continue
      const example = () => {
        return { row, column: headingOf(field), old: old === null ? null : asCell(old), new: value }
      }
      if (isOfOtherKind(field, value, old, account)) noteExample(groupIn(ofOtherKind, field, {}), example)
      if (field !== 'mobile' && field !== 'secondaryEmail') continue
      if (sameValues.size < MOST_VALUES || sameValues.has(value))
        noteExample(groupIn(sameValues, value, { field, value }), example)
    }
  }

  function shiftWarnings(): FileWarning[] {
    return [...shifts.values()].flatMap(({ shift, rows, examples }) => {
      if (rows < FROM_ROWS.shifted) return []
      const word = headings.columns[shift.from]?.word
      const message = `In ${count(rows, 'row', 'rows')} the cells from ${word} on stand one column too far ${shift.direction}. Move them back in your spreadsheet, and send the file again.`
      return [{ code: 'shifted-columns', message, count: rows, examples, problem: 'shifted-columns' }]
    })
  }

  function misreadWarnings(): FileWarning[] {
    const { rows, words } = misread
    if (rows === 0) return []
    const shown = [...words].map((word) => `“${word.slice(0, 60)}”`).join(', ')
    const message = `In ${count(rows, 'row', 'rows')} letters were read or saved in the wrong encoding: ${shown}. In your spreadsheet, save the file as CSV UTF-8.`
    return [{ code: 'wrong-encoding', message, count: rows }]
  }

  function kindWarnings(existing: number): FileWarning[] {
    return [...ofOtherKind].flatMap(([field, { rows, examples }]) => {
      if (rows < FROM_ROWS.otherKind || rows < NEARLY_EVERY * existing) return []
      const message = `${number(rows)} of ${number(existing)} rows would change ${headingOf(field as PersonField)} to values of another kind. Is it the right column, and the right file?`
      return [{ code: 'values-of-another-kind', message, count: rows, examples }]
    })
  }

  function valueWarnings(): FileWarning[] {
    return [...sameValues.values()].flatMap(({ field, value, rows, examples }) => {
      if (rows < FROM_ROWS.oneValue) return []
      const message = `${number(rows)} rows would get the same ${headingOf(field)}, ${value}. Was one cell filled down over the others?`
      return [{ code: 'one-value-in-many', message, count: rows, examples }]
    })
  }
}

/** So many different values are remembered, that the memory isn't the file's. */
const MOST_VALUES = 10_000

function groupIn<More extends object>(
  groups: Map<string, Group & More>,
  key: string,
  more: More,
): Group & More {
  const known = groups.get(key)
  if (known) return known
  const made = { rows: 0, examples: [], ...more }
  groups.set(key, made)
  return made
}

function noteExample(group: Group, example: () => Example): void {
  group.rows++
  if (group.examples.length < MOST_EXAMPLES) group.examples.push(example())
}

/** Moved cells are refused by their rules, or change several fields at once. */
function mayBeShifted(problems: readonly Problem[], after: PlannedChange['after']): boolean {
  if (problems.some(({ severity, code }) => severity === 'error' || code === 'shifted-columns')) return true
  return after !== null && Object.keys(after).length > 2
}

function isOfOtherKind(
  field: PersonField,
  value: string,
  old: FieldValue,
  account: Record<string, FieldValue>,
): boolean {
  if (typeof old !== 'string' || field === 'localId') return false
  for (const other in account) if (other !== field && account[other] === value) return true
  return strayKind(value) !== strayKind(old) || hasDigits(value) !== hasDigits(old)
}

function hasDigits(text: string): boolean {
  return /^[\d\s.,/-]+$/.test(text)
}

// The sample's people are made up: nobody means them.
const SAMPLE = new Map(
  [0, 1, 2].map((person) => {
    const [localId, firstName, lastName] = (['localId', 'firstName', 'lastName'] as const).map(
      (name) => UPLOAD_FORMAT.columns.find((column) => column.name === name)?.examples[person],
    )
    return [localId, { firstName, lastName }] as const
  }),
)

function isOfSample({ id, localId, values }: Wanted): boolean {
  const person = localId === null || id !== null ? undefined : SAMPLE.get(localId)
  return person !== undefined && person.firstName === values.firstName && person.lastName === values.lastName
}

function leftOut(row: Wanted, change: PlannedChange): PlannedChange {
  const message = 'The row is one of the filled sample’s, whose people are made up. It was left out.'
  const problem: Problem = {
    column: null,
    code: 'sample-row',
    message,
    value: row.localId,
    severity: 'warning',
  }
  const { alternative: _, repairs: __, ...rest } = change
  return {
    ...rest,
    ...{
      action: 'unchanged',
      accountId: null,
      accountVersion: null,
      localIdKey: null,
      formerLocalIdKey: null,
    },
    ...{ before: null, after: null, problems: [problem], similarAccountId: null },
  }
}
