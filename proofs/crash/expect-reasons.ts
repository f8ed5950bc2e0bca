import type { Ended } from './check-round.ts'
import type { Outcome, ResultRow } from './read-results.ts'
import type { Round } from './round.ts'
import { isFirst } from './story.ts'

/**
 * Holds each outcome against what its file may do at all, and each that wrote nothing against its reason: another row
 * that was there first. What an upload was said to have done is the sum of its rows.
 * @returns what is without a reason, in words
 */
export function expectReasons(
  { story, known }: Pick<Round, 'story' | 'known'>,
  ended: readonly Ended[],
): string[] {
  const uploads = [...new Map(ended.map((one) => [one.id, one])).values()]
  const written = new Map<string, Set<number>>() // by whom the person got the job title
  if (known.edit && story.edit)
    written.set(`${story.edit.localId} ${story.edit.jobTitle}`, new Set([known.edit.changeSet]))
  for (const { id, outcomes } of uploads) {
    for (const row of outcomes.values()) {
      if (row.outcome !== 'Updated' && row.outcome !== 'Created') continue
      const key = `${row.localId} ${row.jobTitle}`
      written.set(key, (written.get(key) ?? new Set()).add(id))
    }
  }
  return uploads.flatMap((upload) => {
    const byAnother = (localId: string, jobTitle: string) =>
      [...(written.get(`${localId} ${jobTitle}`) ?? [])].some((id) => id !== upload.id)
    const rows = [...upload.outcomes].flatMap(([number, row]) =>
      isDue(row, upload.mode, isFirst(story, row.localId), byAnother)
        ? []
        : [
            `row ${number} of upload ${upload.id} (${upload.mode}), about ${row.localId}, is “${row.outcome}” without a reason: ${row.detail}`,
          ],
    )
    return [...rows, ...sumFaults(upload)]
  })
}

/** @param byAnother whether another upload gave a person a job title */
function isDue(
  { localId, jobTitle, outcome, detail }: ResultRow,
  mode: Ended['mode'],
  isFirst: boolean,
  byAnother: (localId: string, jobTitle: string) => boolean,
): boolean {
  if (outcome === 'Updated') return mode !== 'create'
  if (outcome === 'Created') return mode !== 'update' && !isFirst
  if (outcome === 'No change') return byAnother(localId, jobTitle)
  const now = /^Job title is now “(.*?)”: /.exec(detail)?.[1]
  if (now !== undefined) return mode !== 'create' && byAnother(localId, now)
  if (isFirst) return false // somebody who was there from the start is updated, unless another did so since the check
  if (mode === 'update') return / has no account with the local ID /.test(detail)
  if (mode === 'create' && / already has this local ID, and differs in: Job title\./.test(detail)) return true
  return /^The local ID was taken after this was planned, by an account that differs in: Job title\./.test(
    detail,
  )
}

const NAMES: Record<Outcome, keyof NonNullable<Ended['ended']>['results']> = {
  Updated: 'updated',
  Created: 'created',
  'No change': 'unchanged',
  Failed: 'failed',
}

function sumFaults({ id, ended, outcomes }: Ended): string[] {
  return Object.entries(NAMES).flatMap(([outcome, name]) => {
    const rows = [...outcomes.values()].filter((row) => row.outcome === outcome).length
    const said = ended?.results[name]
    return rows === said ? [] : [`upload ${id} was said to have ${said} rows ${name}, and has ${rows}`]
  })
}
