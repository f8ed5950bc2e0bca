import type { Actor } from '../access/actor.ts'
import { noteAlone } from '../access/audit.ts'
import { rightsOfNow } from '../access/rights-of-now.ts'
import { BYTE_ORDER_MARK, csvLine } from '../csv/write.ts'
import { mapYielding } from '../flow/yielding.ts'
import type { Portal } from '../portal.ts'
import { ask, type Wanted } from './ask.ts'
import type { Asked, Page, PageFrom } from './report.ts'

/** Records that are read at once. */
const PAGE_RECORDS = 2000

/**
 * A report's file as CSV, UTF-8 with BOM, a page of rows at a time: memory holds one page, and no transaction stays open
 * while a slow reader takes it.
 * @throws NotFound, Forbidden when the rights have gone meanwhile
 */
export async function* filePages(
  portal: Portal,
  actor: Actor,
  asked: Asked,
): AsyncGenerator<{ text: string; records: number }> {
  const { report, organisation } = asked
  yield { text: BYTE_ORDER_MARK + csvLine(report.columns.map(({ heading }) => heading)), records: 0 }
  const asNow = rightsOfNow(portal, actor, report.needs, organisation.id)
  for (let after: string | null = null; ; ) {
    const from: PageFrom = { after, limit: PAGE_RECORDS }
    const page: Page = await asNow((tx) => report.page(tx, asked, from))
    const lines = await mapYielding(page.rows, (cells) => csvLine(cells))
    if (page.records > 0) yield { text: lines.join(''), records: page.records }
    if (page.next === null) return
    after = page.next
  }
}

/**
 * The same as plain text, to be downloaded at once: that it is, is noted.
 * @throws as of `ask`
 */
export async function* reportText(portal: Portal, actor: Actor, wanted: Wanted): AsyncGenerator<string> {
  const asked = await ask(portal, actor, wanted)
  await noteAlone(portal, {
    act: 'report-downloaded',
    by: actor,
    organisationId: asked.organisation.id,
    about: { kind: 'report' },
    details: { report: asked.report.kind },
  })
  for await (const { text } of filePages(portal, actor, asked)) yield text
}
