import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { MusterProcess } from '../support/muster-process.ts'

/** How long a server answers nobody, while this is open. */
export type Silence = AsyncDisposable & {
  /** Milliseconds of the longest silence so far. */
  longest(): Promise<number>
}

export function listenFor({ url, pid }: MusterProcess): Silence {
  const noted = new Float64Array(new SharedArrayBuffer(16))
  const thread = new Worker(new URL('livez.ts', import.meta.url), { workerData: { url, pid: pid(), noted } })
  return {
    longest: async () => {
      for (const before = noted[1] ?? 0; (noted[1] ?? 0) < before + 2; ) await sleep(10) // one may be under way
      return noted[0] ?? 0
    },
    [Symbol.asyncDispose]: async () => {
      await thread.terminate()
    },
  }
}
