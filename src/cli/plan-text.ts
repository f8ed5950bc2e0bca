import type { z } from 'zod'
import type { UploadAnswer } from '../api/rest/uploads/upload-schema.ts'
import { resultSentences } from '../results/result-sentences.ts'
import { problemWords } from '../uploads/problem-words.ts'
import { count, number, some } from '../words.ts'

/** An upload's JSON, as the commands read it. */
export type UploadJson = Omit<z.output<typeof UploadAnswer>, 'createdAt' | 'completedAt'>

export type RowJson = {
  row: number
  problems: { column: string | null; message: string; severity: string }[]
}

/** What would happen, in the words of the page. */
export function planText(upload: UploadJson, errors: readonly RowJson[], page: string): string {
  const { counts, warnings, ignoredColumns } = upload
  const lines = [
    ...(changesOf(upload) === 0 ? ['Nothing would be changed'] : []),
    ...some(
      counts.update,
      'account already exists and will be updated',
      'accounts already exist and will be updated',
    ),
    ...some(counts.create, 'account will be created', 'accounts will be created'),
    ...some(counts.unchanged, 'row changes nothing', 'rows change nothing'),
    ...some(
      counts.possibleDuplicate,
      'possible duplicate will be left out, unless you decide otherwise on the page',
      'possible duplicates will be left out, unless you decide otherwise on the page',
    ),
    ...some(
      counts.differentPerson,
      'row seems to be about a different person and will be left out, unless you decide otherwise on the page',
      'rows seem to be about different people and will be left out, unless you decide otherwise on the page',
    ),
    ...some(
      counts.conflict,
      'row would undo what others have changed and will be left out, unless you decide otherwise on the page',
      'rows would undo what others have changed and will be left out, unless you decide otherwise on the page',
    ),
    ...some(counts.error, 'row has errors and will be left out', 'rows have errors and will be left out'),
    ...ignoredLine(ignoredColumns.map(({ heading }) => heading)),
    ...sheetText(upload),
    ...warnings.map(({ message }) => `Look first: ${plain(message)}`),
    ...Object.entries(counts.repairs).map(([kind, rows]) => repairLine(kind, rows)),
    ...Object.entries(counts.warnings).map(
      ([code, rows]) => `Warning (${code}), ${count(rows, 'row')}: ${problemWords(code)}`,
    ),
    ...errors.flatMap(problemLines),
  ]
  if (counts.error > errors.length) lines.push(`  … and ${number(counts.error - errors.length)} more`)
  return [...lines, `Every changed field: ${page}`].join('\n')
}

function repairLine(kind: string, rows: number): string {
  return `Damage that can be repaired on the page (${kind}), ${count(rows, 'row')}: ${problemWords(kind)}`
}

function ignoredLine(headings: readonly string[]): string[] {
  return headings.length === 0
    ? []
    : [`Not read: ${plain(headings.join(', '))} (--map "Heading=Field" says what a column is)`]
}

function sheetText({ sheet, otherSheets }: UploadJson): string[] {
  if (sheet === null || otherSheets.length === 0) return []
  const others = otherSheets.map((name) => `“${plain(name)}”`).join(', ')
  return [`The sheet “${plain(sheet)}” was read. The file also has ${others}: --sheet NAME reads another one`]
}

/** How many accounts the plan writes. */
export function changesOf({ counts }: UploadJson): number {
  return counts.update + counts.create
}

/** What did happen. */
export function resultText({ results, status }: UploadJson): string {
  const lines = [
    ...(status === 'cancelled' ? ['Cancelled before its end'] : []),
    ...(results.updated + results.created === 0 ? ['Nothing was changed'] : []),
    ...resultSentences({ kind: 'upload', results }),
  ]
  return lines.join('\n')
}

/** Text from a file or a portal on one line, without what a terminal would take for a command. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ')
}

function problemLines({ row, problems }: RowJson): string[] {
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ column, message }) => `  Row ${row}${column ? `, ${plain(column)}` : ''}: ${plain(message)}`)
}
