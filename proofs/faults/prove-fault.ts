import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../src/demo/random.ts'
import type { ApiUpload } from '../support/api-client.ts'
import { endedAsIfNothingHadBeen } from './end-state.ts'
import type { Fault } from './fault.ts'
import { keepAsking } from './keep-asking.ts'
import { CODE, healthOf, type Stand } from './stand.ts'

const PATIENCE_MS = 120_000

/** About what lies between two steps of a check or an apply. */
const MOMENT_MS = 150

/**
 * Sends a file that changes everyone, has the fault strike in its stage, looks at what is to be seen meanwhile, ends the
 * fault, and waits until the upload has ended as if nothing had been.
 * @returns what was seen, in a few words
 */
export async function proveFault(stand: Stand, fault: Fault, chance: Random): Promise<string> {
  const asking = keepAsking(stand)
  try {
    const seen = await uploadThrough(stand, fault, chance)
    return `${seen}, ${asking.verdict()}`
  } finally {
    asking.stop()
  }
}

async function uploadThrough(stand: Stand, fault: Fault, chance: Random): Promise<string> {
  stand.rounds++
  const title = `Round ${stand.rounds}`
  const people = Array.from({ length: stand.people }, (_, n) => `L${n},${title}`)
  const file = ['LocalID,JobTitle', ...people].join('\n')
  const own = { organisation: CODE, mode: 'update', key: title }
  const seen: string[] = []
  let id = 0
  const send = async () => {
    id = (await stand.client.send(file, own)).id
    stand.taken++
  }
  const suffer = async () => {
    await expectHealth(stand, fault.meanwhile.readyz)
    seen.push(`readyz ${fault.meanwhile.readyz}`, await sendMeanwhile(stand, fault))
    await fault.look?.(stand, id)
    await fault.heal?.(stand)
    const healed = performance.now()
    await expectHealth(stand, 200)
    seen.push(`ready again after ${seconds(performance.now() - healed)}`)
  }

  const strike = async () => {
    await sleep(chance.between(0, MOMENT_MS)) // not always at the same place
    await fault.strike(stand)
    await suffer()
  }

  if (fault.during === 'receiving') await strike()
  await send()
  if (fault.during === 'checking') {
    await untilStage(stand, id, (upload) => upload.status !== 'checking' || upload.progress.done > 0)
    await strike()
  }
  await stand.client.waitFor(id, ['checked'], PATIENCE_MS)
  if (fault.during === 'confirming' || fault.during === 'mailing') await fault.strike(stand)
  await stand.client.confirm(id)
  if (fault.during === 'confirming') await suffer()
  if (fault.during === 'applying') {
    await untilStage(stand, id, (upload) => upload.status === 'completed' || upload.progress.done > 0)
    await strike()
  }
  await stand.client.waitFor(id, ['completed'], PATIENCE_MS)
  if (fault.during === 'mailing') await suffer()
  await fault.after?.(stand)
  await endedAsIfNothingHadBeen(stand, id, title)
  return seen.join(', ')
}

/** Waits until the health is what it should be; a supervisor asks every second or so. */
async function expectHealth(stand: Stand, readyz: number): Promise<void> {
  let is = await healthOf(stand)
  for (const end = Date.now() + 60_000; is.livez !== 200 || is.readyz !== readyz; await sleep(100)) {
    if (Date.now() > end)
      throw new Error(`livez ${is.livez}, readyz ${is.readyz}; expected 200 and ${readyz}`)
    is = await healthOf(stand)
  }
}

/** Somebody sends a file while it lasts; one that is refused leaves nothing behind. */
async function sendMeanwhile(stand: Stand, { meanwhile }: Fault): Promise<string> {
  const lines = Array.from({ length: meanwhile.rows ?? 1 }, (_, n) => `Nobody ${n},Nurse`)
  const file = ['LocalID,JobTitle', ...lines].join('\n')
  const key = `meanwhile ${stand.rounds}`
  const began = performance.now()
  if (meanwhile.sending === 'taken') {
    await stand.client.send(file, { organisation: CODE, mode: 'update', key })
    stand.taken++
    return `a file taken after ${seconds(performance.now() - began)}`
  }
  const query = new URLSearchParams({ organisation: CODE, mode: 'update', filename: 'meanwhile.csv' })
  const answer = await stand.client.call<{ code?: string }>('POST', `/uploads?${query}`, {
    body: file,
    headers: { 'content-type': 'text/csv', 'idempotency-key': key },
  })
  if (answer.status !== meanwhile.sending)
    throw new Error(`a file sent meanwhile: ${answer.status} ${JSON.stringify(answer.body)}`)
  if (answer.status === 202) stand.taken++
  return `sending ${answer.status} ${answer.body?.code ?? ''}`.trim()
}

async function untilStage(stand: Stand, id: number, isSo: (upload: ApiUpload) => boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !isSo(await stand.client.show(id)); await sleep(5))
    if (Date.now() > end) throw new Error('the upload never came to the stage')
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
