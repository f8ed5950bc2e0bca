import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient, ApiUpload } from '../support/api-client.ts'
import type { Acts } from './open-acts.ts'
import { act, type KnownAct } from './play-acts.ts'
import { edit } from './play-edit.ts'
import { takeBack } from './play-undo.ts'
import type { Sending, Story } from './story.ts'

/** What a client knows of a file that it has sent: nothing but what it was answered. */
export type Answered = Sending & {
  /** Undefined where nobody answered: then the file may have arrived, once. */
  id: number | undefined
  /** Once its end was answered. */
  ended?: ApiUpload
  results?: string
}

/** What the others know of what they did, once that was answered. */
export type Known = {
  /** The change set of an edit that went in. */
  edit: { changeSet: number } | null
  undo: { id: number; undoes: number; results: string } | null
  acts: KnownAct[]
}

/** What is done with people besides, in which database. */
type Acting = { acts: Acts; url: string }

/**
 * Plays a round's clients: everything at once, over the HTTP API, each asking again while nobody answers. They use what
 * may be repeated (a file with a key, a confirmation, a look) and nothing else.
 * @param answered is filled as the answers come
 */
export async function play(
  { client, second }: { client: ApiClient; second: ApiClient },
  { code, story, acts }: { code: string; story: Story; acts: Acting | null },
  { answered, known }: { answered: Answered[]; known: Known },
): Promise<void> {
  const parts = story.sendings.map((sending) => {
    const part: Answered = { ...sending, id: undefined }
    answered.push(part)
    return part
  })
  const check = async (part: Answered) => {
    part.id = await send(client, code, part)
    if (part.id !== undefined) await client.waitFor(part.id, ['checked'], PATIENCE_MS)
  }
  const apply = async (part: Answered) => {
    if (part.id === undefined) return
    await client.confirm(part.id)
    part.ended = await client.waitFor(part.id, ['completed'], PATIENCE_MS)
    part.results = await client.results(part.id)
  }
  const edited = story.edit && edit(client, code, story.edit)
  const players = { client, second, patienceMs: PATIENCE_MS }
  const acted = acts && act(players, acts)
  for (const one of [edited, acted]) one?.catch(() => {}) // looked at below
  if (story.confirmedTogether) {
    await Promise.all(parts.map(check))
    await Promise.all(parts.map(apply))
  } else {
    await Promise.all(
      parts.map((part, at) =>
        sleep(at * 30)
          .then(() => check(part))
          .then(() => apply(part)),
      ),
    )
  }
  known.edit = await edited
  known.acts = (await acted) ?? []
  const first = parts.find(({ ended }) => ended && ended.results.updated + ended.results.created > 0)
  if (story.takesBack && first?.id !== undefined) known.undo = await takeBack(players, first.id)
}

const PATIENCE_MS = 120_000

async function send(
  client: ApiClient,
  code: string,
  { file, mode, key }: Sending,
): Promise<number | undefined> {
  if (key !== undefined) return (await client.send(file, { organisation: code, mode, key })).id
  const parameters = new URLSearchParams({ organisation: code, mode, filename: 'people.csv' })
  const { status, body } = await client.call<ApiUpload>('POST', `/uploads?${parameters}`, {
    body: file,
    headers: { 'content-type': 'text/csv' },
  })
  return status === 202 ? body?.id : undefined
}
