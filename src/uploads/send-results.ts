import { type Actor, may } from '../access/actor.ts'
import { actorFor } from '../access/administrators.ts'
import { queueMail } from '../mail/outbox.ts'
import { isQueued } from '../mail/store.ts'
import type { Portal } from '../portal.ts'
import { findConfirmer } from './find-confirmer.ts'
import { findUpload } from './find-uploads.ts'
import { resultsFile } from './results-file.ts'
import { resultsMail } from './results-mail.ts'

/** A larger file isn't mailed: many mail servers refuse it. */
const MAX_ATTACHMENT_BYTES = 10_000_000

/**
 * Step 5: mails the outcome to the person who confirmed the upload, with the results file attached or a link to it.
 * The Message-ID is the upload's, so that there is one message however often this runs.
 */
export async function sendResults(
  portal: Portal,
  { uploadId, organisationId }: { uploadId: number; organisationId: number },
): Promise<void> {
  const messageId = `<results.${uploadId}@${portal.config.mailDomain}>`
  const confirmer = await portal.database.transaction([organisationId], async (tx) =>
    (await isQueued(tx, messageId)) ? undefined : findConfirmer(tx, uploadId),
  )
  const actor = confirmer === undefined ? null : await actorFor(portal, confirmer)
  if (actor === null || !may(actor, 'read-uploads', organisationId)) return // who may not see it gets no copy either
  const upload = await findUpload(portal, actor, uploadId)
  const attachment = await attachmentFor(portal, actor, uploadId)
  const link = `${portal.config.publicUrl}/uploads/${uploadId}`
  const message = resultsMail(upload, { link, attached: attachment !== undefined })
  await portal.database.transaction([organisationId], (tx) =>
    queueMail(tx, portal, {
      to: actor.email,
      messageId,
      upload: { id: uploadId, organisationId },
      ...message,
      ...(attachment ? { attachment } : {}),
    }),
  )
}

/** The results file in memory, unless it isn't wanted or too large; then no more of it is read than it takes to see that. */
async function attachmentFor(
  portal: Portal,
  actor: Actor,
  uploadId: number,
): Promise<{ name: string; content: Buffer } | undefined> {
  if (portal.config.resultsMail === 'link') return undefined
  const { filename, content } = await resultsFile(portal, actor, uploadId)
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
