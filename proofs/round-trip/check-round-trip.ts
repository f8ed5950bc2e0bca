import type { Client } from 'pg'
import { random } from '../../src/demo/random.ts'
import type { Portal } from '../../src/portal.ts'
import { reportText } from '../../src/reports/report-file.ts'
import { makeOrganisation } from '../support/fresh-portal.ts'
import { makeAccounts } from '../support/random-directory.ts'
import { check, type Sender } from '../support/take-upload.ts'
import { createAccounts } from './create-accounts.ts'

/**
 * An organisation's export as upload file, sent back unedited in a mode that may do anything.
 * @throws Error when the plan would change anything, or a row is an error
 */
export async function checkSentBack(sender: Sender): Promise<Record<string, number>> {
  const pieces: Buffer[] = []
  for await (const piece of reportText(sender.portal, sender.actor, {
    kind: 'upload-file',
    organisationCode: sender.code,
  }))
    pieces.push(Buffer.from(piece))
  const { upload, rows } = await check(sender, Buffer.concat(pieces), 'both')
  const { counts } = upload
  if (upload.status !== 'checked' || counts.unchanged !== counts.rows || counts.rows === 0) {
    const wrong = rows.filter((row) => row.action !== 'unchanged').slice(0, 5)
    throw new Error(`${upload.status} ${JSON.stringify(counts)}\n${JSON.stringify(wrong, null, 1)}`)
  }
  return { 'rows sent back': counts.rows, 'changes planned': counts.update + counts.create }
}

/**
 * The same for two organisations of values that stumble, spread over every field: one made by a file of new people, one
 * written into the tables, with every status and mailbox type.
 */
export async function checkRoundTrip(
  portal: Portal,
  client: Client,
  seed: number,
  accounts: number,
): Promise<Record<string, number>> {
  const chance = random(seed)
  const created = { portal, ...(await makeOrganisation(portal, `T${seed}C`)) }
  const kept = await createAccounts(created, client, chance, accounts)
  const written = { portal, ...(await makeOrganisation(portal, `T${seed}W`)) }
  await makeAccounts(client, chance, { id: written.id, by: written.actor.administratorId }, accounts)
  const sentBack = [await checkSentBack(created), await checkSentBack(written)]
  const sum = (what: string) => sentBack.reduce((total, each) => total + (each[what] ?? 0), 0)
  return {
    'accounts created by upload': accounts,
    'values kept as they were meant': kept,
    'accounts written into the tables': accounts,
    'rows sent back': sum('rows sent back'),
    'changes planned': sum('changes planned'),
  }
}
