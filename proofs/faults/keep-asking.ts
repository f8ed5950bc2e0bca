import { setTimeout as sleep } from 'node:timers/promises'
import type { Stand } from './stand.ts'

const EVERY_MS = 250

const WAIT: Record<number, string> = { 503: 'unavailable', 507: 'storage-full' }

/**
 * A script that asks for the list of accounts all the time. It may be told to wait, but must never hear that
 * something is broken, nor wait in vain.
 */
export function keepAsking({ client }: Stand): { verdict(): string; stop(): void } {
  const counts: Record<number, number> = {}
  let isOver = false
  const wrong: string[] = []
  const ask = async () => {
    while (!isOver) {
      const began = performance.now()
      const answer = await client.call<{ code?: string }>('GET', '/accounts?organisation=RX1&limit=5')
      const took = performance.now() - began
      counts[answer.status] = (counts[answer.status] ?? 0) + 1
      const isWait = WAIT[answer.status] !== undefined && WAIT[answer.status] === answer.body?.code
      if ((answer.status !== 200 && !isWait) || took > 30_000)
        wrong.push(`${answer.status} ${JSON.stringify(answer.body)} after ${Math.round(took)} ms`)
      await sleep(EVERY_MS)
    }
  }
  void ask()
  return {
    stop: () => {
      isOver = true
    },
    verdict: () => {
      if (wrong.length > 0) throw new Error(`${wrong.length} answers to a reader were wrong: ${wrong[0]}`)
      return `readers heard ${Object.entries(counts).map(([status, count]) => `${count} × ${status}`)}`
    },
  }
}
