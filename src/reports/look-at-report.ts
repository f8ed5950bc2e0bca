import type { Actor } from '../access/actor.ts'
import { asActorNow } from '../access/rights-of-now.ts'
import type { Portal } from '../portal.ts'
import type { Asked, Measures, Page, PageFrom } from './report.ts'

/** How often a page is asked for until it has enough: what is sought may stand far apart. */
const MOST_STEPS = 20

/**
 * What a page shows of a report: its numbers, and some of its rows. Few or none of them may come, with more behind them.
 * @throws NotFound, Forbidden when the rights have gone
 */
export function lookAtReport(
  portal: Portal,
  actor: Actor,
  asked: Asked,
  from: PageFrom,
): Promise<{ measures: Measures; page: Page }> {
  const { report, organisation } = asked
  return asActorNow(portal, actor, report.needs, organisation.id, async (tx) => {
    const measures = await report.measure(tx, asked)
    let page = await report.page(tx, asked, from)
    for (let step = 1; page.next !== null && page.records === 0 && step < MOST_STEPS; step++)
      page = await report.page(tx, asked, { ...from, after: page.next })
    return { measures, page }
  })
}
