import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { workerData } from 'node:worker_threads'

// A thread of its own, since the proof makes and reads large files meanwhile: it asks /livez again and again, and notes
// the longest time between two answers, and how many there were. Where other programs have the processors too, only as
// much of that time counts as the server's thread has worked in it.
const { url, pid, noted } = workerData as { url: string; pid: number; noted: Float64Array }

let before = { at: performance.now(), worked: worked() }
for (;;) {
  await sleep(10)
  try {
    const answer = await fetch(`${url}/livez`)
    await answer.text()
    const now = { at: performance.now(), worked: worked() }
    noted[0] = Math.max(noted[0] ?? 0, Math.min(now.at - before.at, now.worked - before.worked))
    noted[1] = (noted[1] ?? 0) + 1
    before = now
  } catch {
    // not listening: the silence goes on
  }
}

// Milliseconds, as Linux counts them in billionths of a second.
function worked(): number {
  const [nanoseconds] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')
  return Number(nanoseconds) / 1e6
}
