import { setTimeout as sleep } from 'node:timers/promises'
import type { Visit } from './visits.ts'

/** Milliseconds that each page took, by its name. */
export type Times = Map<string, number[]>

/** Somebody who is signed in. */
export type Visitor = { name: string; cookie: string; visits: readonly Visit[] }

/** What a person does before the next page, at the least. */
const THINK_MS = 100

/**
 * Opens a visitor's pages one after the other, again and again.
 * @param goesOn asked before each page; every page is opened once at least
 */
export async function browse(url: string, visitor: Visitor, goesOn: () => boolean): Promise<Times> {
  const times: Times = new Map(visitor.visits.map(({ page }) => [page, []]))
  for (let round = 0; round === 0 || goesOn(); round++) {
    for (const { page, path, signedOut } of visitor.visits) {
      if (round > 0 && !goesOn()) break
      times.get(page)?.push(await open(url + path, signedOut ? {} : { cookie: visitor.cookie }))
      await sleep(THINK_MS)
    }
  }
  return times
}

async function open(address: string, headers: Record<string, string>): Promise<number> {
  const started = performance.now()
  const answer = await fetch(address, { headers, redirect: 'manual' })
  await answer.arrayBuffer()
  if (answer.status !== 200) throw new Error(`${address} answers ${answer.status}`)
  return performance.now() - started
}
