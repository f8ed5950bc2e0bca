import { type Readable, Transform } from 'node:stream'
import { SingleBar } from 'cli-progress'

export type Progress = { show(done: number, total: number): void; end(): void }

/** A bar on standard error where that is a terminal; elsewhere nothing. */
export function progress(what: string): Progress {
  if (!process.stderr.isTTY) return { show: () => {}, end: () => {} }
  const bar = new SingleBar({
    stream: process.stderr,
    format: `${what.padEnd(9)} {bar} {percentage} %`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
  })
  let begun = false
  return {
    show: (done, total) => {
      if (begun) bar.setTotal(total)
      else bar.start(total, done)
      begun = true
      bar.update(done)
    },
    end: () => {
      if (begun) bar.stop()
    },
  }
}

/** The same bytes, shown as they pass. */
export function showPassing(content: Readable, total: number, bar: Progress): Readable {
  let passed = 0
  const counter = new Transform({
    transform(bytes: Buffer, _encoding, done) {
      passed += bytes.length
      bar.show(passed, total)
      done(null, bytes)
    },
  })
  content.on('error', (error) => counter.destroy(error))
  return content.pipe(counter)
}
