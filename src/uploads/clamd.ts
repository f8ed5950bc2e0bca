import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { setImmediate as othersHaveRun } from 'node:timers/promises'

/** What ClamAV's daemon says of some bytes. `too-large`: it takes no more of them than its StreamMaxLength. */
export type Verdict = 'clean' | 'too-large' | { signature: string }

/** clamd isn't there, or didn't say what it found. What was to be scanned has to wait for it, as for a network. */
export class ScannerAway extends Error {
  override name = 'ScannerAway'
  readonly code = 'ECONNREFUSED'
}

/** Longer than clamd gives itself for a file (MaxScanTime, two minutes). */
const PATIENCE_MS = 180_000

/**
 * Has clamd scan bytes while they are read: its command INSTREAM, which `man clamd` describes.
 * @param url tcp://127.0.0.1:3310, or unix:///run/clamav/clamd.ctl
 * @throws ScannerAway, or what reading the bytes throws
 */
export async function scan(
  url: string,
  bytes: AsyncIterable<Buffer>,
  signal?: AbortSignal,
): Promise<Verdict> {
  const socket = connect({ ...placeOf(url), ...(signal ? { signal } : {}) } as NetConnectOpts)
  socket.setTimeout(PATIENCE_MS, () => socket.destroy())
  const answer = answerOf(socket)
  answer.catch(() => {}) // told to who awaits it, which is later
  try {
    for await (const block of blocksOf(bytes)) {
      // The scanner refuses a file that is too large before it has all of it, and hangs up. Its answer is read before more is
      // written.
      await othersHaveRun()
      if (!socket.writable) break
      await new Promise((written) => socket.write(block, written))
    }
    return verdictOf(await answer)
  } finally {
    socket.destroy()
  }
}

function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    let fault: Error | undefined
    socket.on('data', (some) => {
      said += some
    })
    socket.on('error', (error) => {
      fault = error
    })
    socket.on('close', () => {
      if (said === '') reject(new ScannerAway(fault?.message ?? 'clamd hung up without a word'))
      else resolve(said)
    })
  })
}

function placeOf(url: string): NetConnectOpts {
  const { protocol, hostname, port, pathname } = new URL(url)
  if (protocol === 'unix:') return { path: decodeURIComponent(pathname) }
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 3310) }
}

// Each block is sent behind its length; a length of zero is the end.
async function* blocksOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0')
  for await (const block of bytes) if (block.length > 0) yield Buffer.concat([lengthOf(block), block])
  yield Buffer.alloc(4)
}

function lengthOf(block: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(block.length)
  return length
}

function verdictOf(answer: string): Verdict {
  if (/^stream: OK\0$/.test(answer)) return 'clean'
  const signature = /^stream: (\S+) FOUND\0$/.exec(answer)?.[1]
  if (/size limit exceeded/.test(answer) || signature?.startsWith('Heuristics.Limits.Exceeded'))
    return 'too-large'
  if (signature === undefined) throw new ScannerAway('clamd gave no verdict')
  return { signature }
}
