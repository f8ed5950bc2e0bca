import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { CODE, type Stand } from './stand.ts'

/** A file of which some pieces are stored and the others are still with its sender. */
export type HalfSent = {
  /** Sends the rest. @returns the status of the answer */
  finish(): Promise<number>
  /** Sends the whole file under the same key until it is taken, and waits for its check: every row has to be there. */
  sendAgain(): Promise<void>
}

/** About people whom nobody knows; 16 MB, more than finds room where others were deleted. */
const ROWS = 160_000

/** More than one piece. */
const SENT_BYTES = 1_500_000

const PATIENCE_MS = 60_000

export async function sendHalf(stand: Stand): Promise<HalfSent> {
  const key = `half sent ${stand.rounds}`
  const lines = Array.from({ length: ROWS }, (_, n) => `Nobody ${n},${'Nurse '.repeat(14)}`)
  const file = Buffer.from(['LocalID,JobTitle', ...lines].join('\n'))
  const query = new URLSearchParams({ organisation: CODE, mode: 'update', filename: 'people.csv' })
  const sending = request(`${stand.web.url}/api/v1/uploads?${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stand.token}`,
      'content-type': 'text/csv',
      'content-length': file.length,
      'idempotency-key': key,
    },
  })
  const answer = once(sending, 'response') as Promise<[IncomingMessage]>
  answer.catch(() => {}) // whoever finishes it looks at it
  sending.write(file.subarray(0, SENT_BYTES))
  await untilStored(stand)
  return {
    finish: async () => {
      sending.end(file.subarray(SENT_BYTES))
      const [{ statusCode = 0 }] = await answer
      return statusCode
    },
    sendAgain: async () => {
      const { id } = await stand.client.send(file, { organisation: CODE, mode: 'update', key })
      stand.taken++
      const { counts } = await stand.client.waitFor(id, ['checked'])
      if (counts.rows !== ROWS) throw new Error(`${counts.rows} rows of ${ROWS} were read`)
    },
  }
}

async function untilStored(stand: Stand): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(20)) {
    const [stored] = await stand.sql<{ count: number }>('select count(*)::integer as count from upload_bytes')
    if (stored?.count) return
    if (Date.now() > end) throw new Error('no piece of the file is stored')
  }
}
