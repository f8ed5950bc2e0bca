import type { Answer, ApiClient, ApiUpload } from '../support/api-client.ts'
import { CONTENT_TYPES } from '../support/workbooks.ts'
import type { Party } from './parties.ts'
import type { File } from './plan-file.ts'
import type { SentAs } from './random-file.ts'

/** A file on its way: to which organisation, by whom, and as the model and the server read it. */
export type Sending = { party: Party; sender: ApiClient; file: File } & SentAs

export type Sent = Sending & { id: number }

/** How often each upload is confirmed at the same moment. */
const CONFIRMATIONS = 5

const PATIENCE_MS = 300_000

/** Sends all files at the same moment, waits until all are checked, and asks nobody twice. */
export async function sendAll(sendings: readonly Sending[]): Promise<Sent[]> {
  const sent = await Promise.all(
    sendings.map(async (sending) => {
      const { party, file, kind, body } = sending
      const query = new URLSearchParams({
        organisation: party.code,
        mode: file.mode,
        filename: `people.${kind}`,
      })
      const headers = { 'content-type': CONTENT_TYPES[kind], 'idempotency-key': crypto.randomUUID() }
      const answer = await answered(() =>
        sending.sender.call<ApiUpload>('POST', `/uploads?${query}`, { body, headers }),
      )
      expectStatus('a file sent', answer, 202)
      return { ...sending, id: (answer.body as ApiUpload).id }
    }),
  )
  await Promise.all(sent.map(({ sender, id }) => sender.waitFor(id, ['checked'], PATIENCE_MS)))
  return sent
}

/** Confirms all uploads, each several times at the same moment, and waits for their ends. */
export async function confirmAll(sent: readonly Sent[]): Promise<void> {
  await Promise.all(
    sent
      .flatMap((one) => Array.from({ length: CONFIRMATIONS }, () => one))
      .map(async ({ sender, id }) => {
        const answer = await answered(() => sender.call('POST', `/uploads/${id}/confirmation`))
        expectStatus(`upload ${id} confirmed`, answer, 202)
      }),
  )
  await Promise.all(sent.map(({ sender, id }) => sender.waitFor(id, ['completed'], PATIENCE_MS)))
}

/** Asks again when the connection broke before there was an answer, as one that was kept open for long may. */
export async function answered<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  for (let left = 5; ; left--) {
    const answer = await ask()
    if (answer.status !== 0 || left === 0) return answer
  }
}

export function expectStatus(what: string, answer: { status: number; body: unknown }, wanted: number): void {
  if (answer.status !== wanted)
    throw new Error(`${what}: the answer was ${answer.status} ${JSON.stringify(answer.body)}`)
}
