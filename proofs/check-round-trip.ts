import type { Client } from 'pg'
import { random } from '../src/demo/random.ts'
import type { Portal } from '../src/portal.ts'
import { uploadFile } from '../src/reports/upload-file.ts'
import { makeOrganisation } from './fresh-portal.ts'
import { makeAccounts } from './random-directory.ts'
import { check, type Sender } from './take-upload.ts'

/**
 * An organisation's export as upload file, sent back unedited in a mode that may do anything.
 * @throws Error when the plan would change anything, or a row is an error
 */
export async function checkSentBack(sender: Sender): Promise<Record<string, number>> {
  const pieces: Buffer[] = []
  for await (const piece of uploadFile(sender.portal, sender.actor, sender.code))
    pieces.push(Buffer.from(piece))
  const { upload, rows } = await check(sender, Buffer.concat(pieces), 'both')
  const { counts } = upload
  if (upload.status !== 'checked' || counts.unchanged !== counts.rows || counts.rows === 0) {
    const wrong = rows.filter((row) => row.action !== 'unchanged').slice(0, 5)
    throw new Error(`${upload.status} ${JSON.stringify(counts)}\n${JSON.stringify(wrong, null, 1)}`)
  }
  return { 'rows sent back': counts.rows, 'changes planned': counts.update + counts.create }
}

/** The same for an organisation made up of values that stumble, spread over every field. */
export async function checkRoundTrip(
  portal: Portal,
  client: Client,
  seed: number,
  accounts: number,
): Promise<Record<string, number>> {
  const { id, code, actor } = await makeOrganisation(portal, `T${seed}`)
  await makeAccounts(client, random(seed), { id, by: actor.administratorId }, accounts)
  return { accounts, ...(await checkSentBack({ portal, actor, code })) }
}
