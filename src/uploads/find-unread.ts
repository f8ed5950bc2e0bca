import { type Actor, asActor } from '../access/actor.ts'
import { Conflict, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { UPLOAD_FORMAT } from './columns.ts'
import { headingSamples } from './heading-samples.ts'
import { meaningOf, nearestHeading } from './heading-words.ts'
import { nameOf, sortHeadings } from './headings.ts'
import { FileRejected } from './rejected.ts'
import { selectFileToCheck } from './store.ts'

/** A heading that isn't read for certain, with the first values under it and the column that was probably meant. */
export type UnreadHeading = { heading: string; samples: string[]; nearest: string | null }

/** A person explains no more of them at once. */
const MOST_SHOWN = 100

/**
 * The headings of an upload's file that aren't read by themselves, or only by a guess, for a person to say what they mean.
 * Never one of passwords.
 * @returns also the columns that are read for certain
 * @throws NotFound, Forbidden; Conflict where the file isn't kept any more, or has no heading row
 */
export async function findUnreadHeadings(
  portal: Portal,
  actor: Actor,
  id: number,
): Promise<{ unread: UnreadHeading[]; read: { heading: string; column: string }[] }> {
  return asActor(portal, actor, 'read-uploads', async (tx, scope) => {
    const file = await selectFileToCheck(tx, id, scope)
    if (!file) throw new NotFound('There is no such upload.')
    if (!file.isKept) throw new Conflict('The file of this upload isn’t kept any more. Send it again.')
    const { words, rows } = await headingSamples(tx, { id, ...file }, portal.config.uploadMaxColumns).catch(
      refuse,
    )
    const headings = sortHeadings(words, 1, UPLOAD_FORMAT)
    const guessed = headings.columns.filter(({ at }) => isGuess(words[at] as string))
    const unread = [...headings.ignored, ...guessed.map(({ at }) => at)]
      .sort((one, other) => one - other)
      .filter((at) => (words[at] as string).trim() !== '')
      .slice(0, MOST_SHOWN)
    return {
      unread: unread.map((at) => ({
        heading: nameOf(headings, at),
        samples: rows.map((cells) => cells[at] as string).filter((cell) => cell.trim() !== ''),
        nearest: nearestHeading(words[at] as string, UPLOAD_FORMAT) ?? null,
      })),
      read: headings.columns
        .filter((column) => !guessed.includes(column))
        .map(({ word, column }) => ({ heading: word, column: column.heading })),
    }
  })
}

function isGuess(word: string): boolean {
  const meaning = meaningOf(word, UPLOAD_FORMAT)
  return typeof meaning === 'object' && !meaning.isSure
}

function refuse(error: unknown): never {
  if (error instanceof FileRejected) throw new Conflict(error.message)
  throw error
}
