import { buffer } from 'node:stream/consumers'
import type { Client } from 'pg'
import { random } from '../../src/demo/random.ts'
import type { Portal } from '../../src/portal.ts'
import { reportText } from '../../src/reports/report-file.ts'
import { csvAsXlsx } from '../../src/spreadsheets/csv-as-xlsx.ts'
import { makeOrganisation } from '../support/fresh-portal.ts'
import { makeAccounts } from '../support/random-directory.ts'
import { readXlsx } from '../support/read-xlsx.ts'
import { check, type Sender } from '../support/take-upload.ts'
import { asWorkbook, type FileKind, fileKindOf } from '../support/workbooks.ts'
import { createAccounts } from './create-accounts.ts'

/**
 * An organisation's export as upload file, sent back unedited in a mode that may do anything.
 * @param kind as what it was exported, or (.ods) saved without a change
 * @throws Error when the plan would change anything, or a row is an error
 */
export async function checkSentBack(sender: Sender, kind: FileKind): Promise<Record<string, number>> {
  const { upload, rows } = await check(sender, await exported(sender, kind), 'both')
  const { counts } = upload
  if (kind !== 'csv' && upload.format !== kind) throw new Error(`${kind} was read as ${upload.format}`)
  if (upload.status !== 'checked' || counts.unchanged !== counts.rows || counts.rows === 0) {
    const wrong = rows.filter((row) => row.action !== 'unchanged').slice(0, 5)
    throw new Error(`${upload.status} ${JSON.stringify(counts)}\n${JSON.stringify(wrong, null, 1)}`)
  }
  return { 'rows sent back': counts.rows, 'changes planned': counts.update + counts.create }
}

async function exported({ portal, actor, code }: Sender, kind: FileKind): Promise<Buffer> {
  const content = reportText(portal, actor, { kind: 'upload-file', organisationCode: code })
  if (kind === 'csv') return buffer(content)
  const workbook = await buffer(csvAsXlsx({ filename: 'accounts.csv', content }).content)
  return kind === 'xlsx' ? workbook : asWorkbook('ods', await readXlsx(workbook))
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
  const kind = fileKindOf(seed)
  const created = { portal, ...(await makeOrganisation(portal, `T${seed}C`)) }
  const kept = await createAccounts(created, client, chance, { count: accounts, kind })
  const written = { portal, ...(await makeOrganisation(portal, `T${seed}W`)) }
  await makeAccounts(client, chance, { id: written.id, by: written.actor.administratorId }, accounts)
  const sentBack = [await checkSentBack(created, kind), await checkSentBack(written, kind)]
  const sum = (what: string) => sentBack.reduce((total, each) => total + (each[what] ?? 0), 0)
  return {
    'accounts created by upload': accounts,
    'values kept as they were meant': kept,
    'accounts written into the tables': accounts,
    [`rows sent back as ${kind}`]: sum('rows sent back'),
    'changes planned': sum('changes planned'),
  }
}
