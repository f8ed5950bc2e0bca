import type { Upload, UploadSummary } from '../../uploads/upload.ts'
import { count, number } from '../../words.ts'

/** How many accounts the plan writes, as it stands with what was decided. */
export function accountsToWrite({ counts, decided }: UploadSummary): { update: number; create: number } {
  return { update: counts.update + decided.update, create: counts.create + decided.create }
}

export function writesNothing(upload: UploadSummary): boolean {
  const { update, create } = accountsToWrite(upload)
  return update + create === 0
}

/** Rows that are left out until a person decides. */
export function toDecide({ counts }: UploadSummary): number {
  return counts.possibleDuplicate + counts.differentPerson + counts.conflict
}

/** A plan that writes nothing, whatever a person may still choose. */
export function isEmptyPlan(upload: UploadSummary): boolean {
  const repairs = Object.keys(upload.counts.repairs).length
  return upload.status === 'checked' && writesNothing(upload) && toDecide(upload) === 0 && repairs === 0
}

/** The plan in sentences: what would be done, which matters most, and the rest. */
export function planSentences(upload: Upload): { would: string[]; rest: string[] } {
  const { update, create, unchanged, error } = upload.counts
  const would = [
    ...(update > 0
      ? [`${count(update, 'account')} already ${update === 1 ? 'exists' : 'exist'} and will be updated.`]
      : []),
    ...(create > 0 ? [`${count(create, 'new account')} will be created.`] : []),
  ]
  const rest = [
    ...(unchanged > 0
      ? [`${count(unchanged, 'row')} ${unchanged === 1 ? 'changes' : 'change'} nothing.`]
      : []),
    ...leftOutSentences(upload),
    ...(error > 0 ? [`${count(error, 'row has errors', 'rows have errors')} and will be left out.`] : []),
  ]
  return { would: would.length > 0 ? would : ['No account will be changed.'], rest }
}

/** Why there is nothing to do, in one sentence. */
export function emptySentence({ counts }: Upload): string {
  const { rows, unchanged, error } = counts
  if (error === rows)
    return `${rows === 1 ? 'The row has' : `All ${number(rows)} rows have`} errors, so there is nothing to do.`
  const same = unchanged === 1 ? 'already says what is in the row' : 'already says what is in the rows'
  if (error === 0)
    return `There is nothing to do: the directory ${same}${rows === 1 ? '' : `, all ${number(rows)} of them`}.`
  return `There is nothing to do: the directory ${same} (${number(unchanged)}), and ${count(error, 'row has errors', 'rows have errors')}.`
}

function leftOutSentences({ counts, decided }: Upload): string[] {
  const { possibleDuplicate, differentPerson, conflict } = counts
  const look = (rows: number, one: string, many: string) => (rows > 0 ? [count(rows, one, many)] : [])
  const kinds = [
    ...look(
      possibleDuplicate,
      'row looks like a person who is there already',
      'rows look like people who are there already',
    ),
    ...look(
      differentPerson,
      'row seems to be about a different person',
      'rows seem to be about different people',
    ),
    ...look(conflict, 'row would undo what others have changed', 'rows would undo what others have changed'),
  ]
  if (kinds.length === 0) return []
  const rows = possibleDuplicate + differentPerson + conflict
  const told =
    kinds.length === 1 ? (kinds[0] as string) : `${kinds.slice(0, -1).join(', ')} and ${kinds.at(-1)}`
  const { create, update } = decided
  if (create + update === 0)
    return [`${told}: ${rows === 1 ? 'it is' : 'they are'} left out, unless you decide otherwise.`]
  const chosen = [
    ...(update > 0 ? [`${number(update)} will be updated`] : []),
    ...(create > 0 ? [`${number(create)} will be created`] : []),
    ...(rows - update - create > 0 ? [`${number(rows - update - create)} left out`] : []),
  ]
  return [`${told}: as you decided, ${chosen.join(', ')}.`]
}
