import { problemWords } from '../../uploads/problem-words.ts'
import type { FileWarning, Upload } from '../../uploads/upload.ts'
import { count } from '../../words.ts'
import { link } from '../link.ts'

/** Something to look at before anything else. */
export type Callout = {
  text: string
  examples: NonNullable<FileWarning['examples']>
  /** To the rows that it is about. */
  href: string | null
  /** Where a press repairs them. */
  repair: { kind: string; rows: number; accepted: boolean } | null
}

/** What *Check this first* says of a plan, worst first; mostly nothing. */
export function calloutsOf(upload: Upload): Callout[] {
  const path = `/uploads/${upload.id}`
  const { differentPerson, conflict, warnings, repairs } = upload.counts
  const rows = (show: string, problem?: string) => `${link(path, { show, problem })}#rows`
  const callout = (text: string, href: string | null): Callout => ({ text, href, examples: [], repair: null })
  return [
    ...(differentPerson > 0
      ? [
          callout(
            `${count(differentPerson, 'row', 'rows')} would turn one person into another: both names become different ones. Has a column been sorted by itself?`,
            rows('different-people'),
          ),
        ]
      : []),
    ...upload.warnings.map((warning) => ({
      ...callout(
        warning.message,
        warning.problem === undefined ? null : rows(whereShown(upload, warning.problem), warning.problem),
      ),
      examples: warning.examples ?? [],
    })),
    ...(conflict > 0
      ? [
          callout(
            `${count(conflict, 'row', 'rows')} would undo what others have changed since the file was downloaded.`,
            rows('conflicts'),
          ),
        ]
      : []),
    ...(warnings['sets-back']
      ? [
          callout(
            `${count(warnings['sets-back'], 'row sets', 'rows set')} back what somebody else has changed. Is it an old file?`,
            rows('warnings', 'sets-back'),
          ),
        ]
      : []),
    ...Object.entries(repairs).map(([kind, damaged]) => ({
      ...callout(
        `${problemWords(kind)}: ${count(damaged, 'row', 'rows')}, of which the directory tells what was meant.`,
        null,
      ),
      repair: { kind, rows: damaged, accepted: upload.acceptedRepairs.includes(kind) },
    })),
  ]
}

function whereShown({ counts }: Upload, problem: string): string {
  return (counts.problems[problem] ?? 0) > 0 ? 'errors' : 'warnings'
}
