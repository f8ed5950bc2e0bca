import { setTimeout as sleep } from 'node:timers/promises'
import { BUSY, WATCHED } from '../large-directory.ts'
import { updateFile } from './files.ts'
import type { BenchPortal } from './portal.ts'

const PATIENCE_MS = 30 * 60_000

/** A large file of one organisation on its way. */
export type LargeFile = {
  id: number
  isUnderWay(): boolean
  ended: Promise<{ checkSeconds: number; applySeconds: number }>
}

export async function sendLargeFile({ api }: BenchPortal, rows: number): Promise<LargeFile> {
  const file = updateFile(rows, Date.now().toString(36))
  const key = crypto.randomUUID()
  const { id } = await api.send(file, { organisation: BUSY.code, mode: 'update', key, filename: 'large.csv' })
  const takeOn = async () => {
    const started = performance.now()
    await api.waitFor(id, ['checked'], PATIENCE_MS)
    const checked = performance.now()
    await api.confirm(id)
    const { counts, results } = await api.waitFor(id, ['completed'], PATIENCE_MS)
    if (results.updated !== counts.update || results.updated < rows * 0.9)
      throw new Error(`the large file: ${JSON.stringify(results)}`)
    return {
      checkSeconds: (checked - started) / 1_000,
      applySeconds: (performance.now() - checked) / 1_000,
    }
  }
  let isUnderWay = true
  const ended = takeOn().finally(() => {
    isUnderWay = false
  })
  return { id, isUnderWay: () => isUnderWay, ended }
}

/** How long a small file took from sending it to its results, and what the large one was doing when it was sent. */
export type SmallFile = { seconds: number; meanwhile: string }

/** Sends small files of the watched organisation, one after the other, for as long as the large one is under way. */
export async function sendSmallFiles(
  { api }: BenchPortal,
  large: LargeFile,
  { rows, everyMs }: { rows: number; everyMs: number },
): Promise<SmallFile[]> {
  const sent: SmallFile[] = []
  for (; large.isUnderWay(); await sleep(everyMs)) {
    const { status: meanwhile } = await api.show(large.id)
    const started = performance.now()
    const file = updateFile(rows, `${sent.length} ${large.id}`)
    const { id } = await api.send(file, {
      organisation: WATCHED.code,
      mode: 'update',
      key: crypto.randomUUID(),
    })
    await api.waitFor(id, ['checked'], PATIENCE_MS)
    await api.confirm(id)
    await api.waitFor(id, ['completed'], PATIENCE_MS)
    sent.push({ seconds: (performance.now() - started) / 1_000, meanwhile })
  }
  return sent
}
