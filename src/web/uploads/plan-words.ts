import type { Upload, UploadSummary } from '../../uploads/upload.ts'
import { count, number } from '../../words.ts'

/** How many changes would be uploaded: the number on the button. */
export function changesToUpload({ counts, decided }: UploadSummary): number {
  return counts.update + counts.create + decided.create + decided.update
}

/** The plan in sentences: what would be done, which matters most, and the rest. */
export function planSentences(upload: Upload): { would: string[]; rest: string[] } {
  const { update, create, unchanged, error, possibleDuplicate } = upload.counts
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
    ...(possibleDuplicate > 0 ? [duplicatesSentence(upload)] : []),
    ...(error > 0 ? [`${count(error, 'row has errors', 'rows have errors')} and will be left out.`] : []),
  ]
  return { would: would.length > 0 ? would : ['No account will be changed as things stand.'], rest }
}

function duplicatesSentence({
  counts: { possibleDuplicate: all },
  decided: { create: created },
}: Upload): string {
  const look = count(
    all,
    'row looks like a person who is in the directory already',
    'rows look like people who are in the directory already',
  )
  if (created === 0) return `${look} and will be left out, unless you decide otherwise.`
  if (created === all) return `${look}: you decided to create ${all === 1 ? 'it' : 'them all'}.`
  return `${look}: ${number(created)} will be created, ${number(all - created)} left out.`
}
