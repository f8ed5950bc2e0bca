import { buffer } from 'node:stream/consumers'
import type { ChangeAction } from '../../src/changes/change.ts'
import { reportText } from '../../src/reports/report-file.ts'
import { csvAsXlsx } from '../../src/spreadsheets/csv-as-xlsx.ts'
import { check, type Sender } from '../support/take-upload.ts'
import { KINDS, type Kind, savedInCalc } from './save-in-calc.ts'

const HARMLESS = new Set<ChangeAction>(['unchanged'])

/**
 * An organisation's export as a workbook, opened in LibreOffice and saved as each kind of file, then one of those opened and
 * saved once more, and each sent back.
 * @throws Error when a plan would change anything, or a row is an error
 */
export async function checkSaved(
  sender: Sender,
  folder: string,
  { kinds = KINDS, isTwice = true }: { kinds?: readonly Kind[]; isTwice?: boolean } = {},
): Promise<Record<string, number>> {
  const content = reportText(sender.portal, sender.actor, {
    kind: 'upload-file',
    organisationCode: sender.code,
  })
  const ours = await buffer(csvAsXlsx({ filename: 'accounts.csv', content }).content)
  const done = { 'files sent back': 0, 'rows sent back': 0 }
  await sendBack(ours, 'xlsx', 'as it is')
  for (const kind of kinds)
    await sendBack(await savedInCalc(folder, { name: 'accounts.xlsx', bytes: ours }, kind), kind, 'saved')
  if (!isTwice) return done
  const saved = await savedInCalc(folder, { name: 'accounts.xlsx', bytes: ours }, 'ods')
  await sendBack(
    await savedInCalc(folder, { name: 'accounts.ods', bytes: saved }, 'xlsx'),
    'xlsx',
    'saved twice',
  )
  return done

  async function sendBack(bytes: Buffer, kind: Kind, how: string): Promise<void> {
    const { upload, rows } = await check(sender, bytes, 'both')
    const { counts, status, format } = upload
    const wrong = rows.filter(({ action }) => !HARMLESS.has(action))
    if (status !== 'checked' || format !== kind || wrong.length > 0 || counts.rows === 0)
      throw new Error(
        `${kind} ${how}: ${status} ${JSON.stringify(counts)}\n${JSON.stringify(wrong.slice(0, 5), null, 1)}`,
      )
    done['files sent back']++
    done['rows sent back'] += counts.rows
  }
}
