import { setTimeout as sleep } from 'node:timers/promises'
import { random } from '../../src/demo/random.ts'
import { type Costs, excess, type Measured, MOST, sizeAsCounted } from './costs.ts'
import { oddFile, SHAPES } from './shapes.ts'
import { listenFor } from './silence.ts'
import { CODE, type Stand } from './stand.ts'

/** How long anything of one file may take. The machine may be slow: what is at stake is a file that never ends. */
const PATIENCE_MS = 900_000

/** How large files may be, and what they may cost. */
export type Limits = { bytes: number; most: Measured }

export const FULL: Limits = { bytes: 2_000_000, most: MOST }

/** Sizes that files have, as parts of the largest: a file of a million rows takes minutes. */
const SIZES = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32]

/**
 * Takes one file of an odd shape the whole way: check, rows with errors, confirm, apply, results, mail.
 * @param costs what was measured is noted there
 * @throws Error where it costs more than its size allows, or its process doesn't outlive it
 */
export async function checkCost(
  stand: Stand,
  costs: Costs,
  seed: number,
  limits = FULL,
): Promise<Record<string, number>> {
  const chance = random(seed)
  const names = Object.keys(SHAPES)
  const shape = names[seed % names.length] as string
  const file = oddFile(shape, limits.bytes * chance.pick(SIZES), chance)
  const before = await stand.databaseSize()
  await stand.peakMemory()
  await using silence = listenFor(stand.process)
  const pid = stand.process.pid()
  let became = ''
  let answer = 0
  try {
    ;({ became, answer } = await take(stand, file, `${seed}`))
  } finally {
    if (stand.process.pid() !== pid) await stand.process.start()
  }
  const measured: Measured = {
    memoryMb: await stand.peakMemory(),
    silenceMs: await silence.longest(),
    answerTimes: answer / sizeAsCounted(file.bytes),
    growthTimes: ((await stand.databaseSize()) - before) / sizeAsCounted(file.bytes),
  }
  costs.note(shape, measured)
  const faults = excess(measured, limits.most)
  if (faults.length > 0)
    throw new Error(`${shape}, ${file.bytes.length} bytes, ${became}: ${faults.join(', ')}`)
  return { [`became of them: ${became}`]: 1, 'bytes sent': file.bytes.length, files: 1 }
}

/** @returns what became of the file, and the bytes of the largest answer about it */
async function take(
  stand: Stand,
  { bytes, mode }: { bytes: Buffer; mode: string },
  key: string,
): Promise<{ became: string; answer: number }> {
  const parameters = new URLSearchParams({ organisation: CODE, mode })
  const headers = { 'content-type': 'text/csv', 'idempotency-key': key }
  const sent = await stand.api.call<{ id: number; code: string }>('POST', `/uploads?${parameters}`, {
    body: bytes,
    headers,
  })
  if (sent.status !== 202) {
    if (sent.status < 400 || sent.status >= 500) throw new Error(`${sent.status} for a file that is sent`)
    return { became: `refused when sent, ${sent.body?.code}`, answer: 0 }
  }
  const { id } = sent.body as { id: number }
  const sizes: number[] = []
  const read = async (path: string) => {
    const { status, bytes } = await stand.read(path)
    if (status !== 200) throw new Error(`${status} for ${path}`)
    sizes.push(bytes)
  }
  const largest = () => Math.max(...sizes)
  const checked = await ended(stand, id, ['checked', 'rejected'])
  for (const path of ['/', '/uploads', `/uploads/${id}`]) await read(path)
  if (checked === 'rejected') return { became: checked, answer: largest() }
  for (const path of ['problems.csv', '?show=errors&after=100'])
    await read(`/uploads/${id}${path.replace(/^p/, '/p')}`)
  await stand.api.call('GET', `/uploads/${id}/rows?limit=1000`)
  await stand.api.confirm(id)
  const applied = await ended(stand, id, ['completed', 'failed'])
  for (const path of ['', '/results.csv', '/failed-rows.csv']) await read(`/uploads/${id}${path}`)
  await mailed(stand, id)
  return { became: applied, answer: largest() }
}

async function ended(stand: Stand, id: number, statuses: string[]): Promise<string> {
  return (await stand.api.waitFor(id, statuses, PATIENCE_MS)).status
}

async function mailed({ mail, process }: Stand, id: number): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(50)) {
    const at = mail.accepted.findIndex(({ messageId }) => messageId?.startsWith(`<results.${id}@`))
    if (at >= 0) return void mail.accepted.splice(at, 1)
    if (Date.now() > end || process.pid() === undefined) throw new Error(`no message about upload ${id}`)
  }
}
