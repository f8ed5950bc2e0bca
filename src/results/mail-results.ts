import type { Actor } from '../access/actor.ts'
import { actorFor } from '../access/administrators.ts'
import { note } from '../access/audit.ts'
import { maySee } from '../changes/find-change-sets.ts'
import { settingsOf } from '../directory/settings.ts'
import { queueMail } from '../mail/outbox.ts'
import { isQueued } from '../mail/store.ts'
import type { Portal } from '../portal.ts'
import { selectTold } from './find-told.ts'
import type { Delivery } from './results-mail.ts'

/** A larger file isn't mailed: many mail servers refuse it. */
const MAX_ATTACHMENT_BYTES = 10_000_000

type Ended = { id: number; organisationId: number }

type Attachable = { filename: string; content: AsyncIterable<string | Buffer> }

/** What a reader gets, with the rights that they have now. */
export type Results = (actor: Actor) => Promise<{
  file: () => Promise<Attachable>
  /** The path of its page. */
  page: string
  message: (delivery: Delivery) => { subject: string; text: string; html: string }
}>

/**
 * Mails how a change set ended to who confirmed it and to who asked for it, with the results file attached or a link to
 * it. The Message-IDs are the set's, so that each of them gets one message however often this runs.
 */
export async function mailResults(portal: Portal, set: Ended, results: Results): Promise<void> {
  const { organisationId } = set
  const { resultsMail } = await portal.database.transaction([organisationId], (tx) =>
    settingsOf(tx, organisationId),
  )
  return mailAll(portal, set, results, (resultsMail ?? portal.config.resultsMail) !== 'link')
}

/** The same with the link alone: no file is made. */
export function mailLink(portal: Portal, set: Ended, results: Results): Promise<void> {
  return mailAll(portal, set, results, false)
}

async function mailAll(portal: Portal, set: Ended, results: Results, attaches: boolean): Promise<void> {
  const told = await portal.database.transaction([set.organisationId], (tx) => selectTold(tx, set.id))
  for (const [at, administratorId] of told.entries()) {
    const reader = at === 0 ? '' : `.${administratorId}`
    const messageId = `<results.${set.id}${reader}@${portal.config.mailDomain}>`
    const isThere = await portal.database.transaction([set.organisationId], (tx) => isQueued(tx, messageId))
    if (!isThere) await mailTo(portal, set, results, { administratorId, messageId, attaches })
  }
}

async function mailTo(
  portal: Portal,
  { id, organisationId }: Ended,
  results: Results,
  { administratorId, messageId, attaches }: { administratorId: number; messageId: string; attaches: boolean },
): Promise<void> {
  const actor = await actorFor(portal, administratorId)
  if (actor === null || !(await maySee(portal, actor, id))) return // who may not see it gets no copy either
  const { file, page, message } = await results(actor)
  const attachment = attaches ? await inMemory(await file()) : undefined
  const link = `${portal.config.publicUrl}${page}`
  await portal.database.transaction([organisationId], async (tx) => {
    await queueMail(tx, portal, {
      to: actor.email,
      messageId,
      changeSet: { id, organisationId },
      ...message({ link, attached: attachment !== undefined }),
      ...(attachment ? { attachment } : {}),
    })
    if (attachment)
      await note(tx, {
        act: 'results-mailed',
        by: 'portal',
        organisationId,
        about: { kind: 'change-set', id },
        details: { 'to administrator': administratorId },
      })
  })
}

/** A file in memory, unless it is too large; then no more of it is read than it takes to see that. */
async function inMemory({
  filename,
  content,
}: Attachable): Promise<{ name: string; content: Buffer } | undefined> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const text of content) {
    const piece = Buffer.from(text)
    size += piece.length
    if (size > MAX_ATTACHMENT_BYTES) return undefined
    pieces.push(piece)
  }
  return { name: filename, content: Buffer.concat(pieces) }
}
