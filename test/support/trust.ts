import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { openBrowser } from '../../proofs/support/open-browser.ts'
import type { Actor } from '../../src/access/actor.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation } from './portal.ts'
import { givePassword, type Serving, serving } from './serving.ts'
import { create } from './upload.ts'

/**
 * For a file of journeys: a trust RX1 with people, Ann who administers it, and a browser; closed when the file is done.
 * @param people a file that creates them
 * @param more whoever and whatever else is there
 * @param settings as of `serving`
 */
export function aTrustWith(
  people: string,
  more: (portal: Portal, organisation: number, ann: Actor) => Promise<void> = async () => {},
  settings: Parameters<typeof serving>[1] = {},
): { muster: Serving; browser: Browser } {
  const given = {} as { muster: Serving; browser: Browser }
  beforeAll(async () => {
    given.browser = await openBrowser()
    given.muster = await serving(async (portal) => {
      const organisation = await makeOrganisation(portal, 'RX1')
      const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
      await givePassword(portal, ann)
      await create(portal, ann, 'RX1', people)
      await more(portal, organisation, ann)
    }, settings)
  })
  afterAll(async () => {
    await given.browser?.close()
    await given.muster?.[Symbol.asyncDispose]()
  })
  return given
}
