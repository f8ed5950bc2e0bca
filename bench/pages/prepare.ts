import { WATCHED } from '../large-directory.ts'
import { mixedFile } from './files.ts'
import type { BenchPortal } from './portal.ts'
import type { Shown } from './visits.ts'

/** Rows of the files whose pages are opened. */
const ROWS = 5_000

/** Makes uploads in every state in which they stay, so that there is a page of each. */
export async function prepare(portal: BenchPortal): Promise<Omit<Shown, 'underWay'>> {
  const { api, postgres, databaseUrl } = portal
  const round = Date.now().toString(36)
  const send = async (file: string, ends: string) => {
    const { id } = await api.send(file, {
      organisation: WATCHED.code,
      mode: 'both',
      key: crypto.randomUUID(),
    })
    await api.waitFor(id, [ends])
    return id
  }
  const completed = await send(mixedFile(ROWS, `${round}a`), 'checked')
  await api.confirm(completed)
  await api.waitFor(completed, ['completed'])
  const cancelled = await send(mixedFile(ROWS, `${round}b`), 'checked')
  await api.call('POST', `/uploads/${cancelled}/cancellation`)
  const [last] = await postgres.query<{ report: number; mail: number }>(
    `select (select max(id) from report_run where organisation_id = 1)::integer as report,
       (select max(id) - 50 from mail)::integer as mail`,
    [],
    databaseUrl,
  )
  return {
    completed,
    cancelled,
    checked: await send(mixedFile(ROWS, `${round}c`), 'checked'),
    rejected: await send('Not, a heading\r\nof, ours', 'rejected'),
    report: last?.report ?? 0,
    mail: last?.mail ?? 0,
    account: portal.account,
  }
}
