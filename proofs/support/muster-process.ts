import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const MUSTER = join(import.meta.dirname, '..', '..', 'bin', 'muster')

/** One `muster serve` as an operator runs it: a process of its own, which can be killed, paused and started again. */
export type MusterProcess = {
  name: string
  /** Where it answers; a worker alone answers nowhere. */
  url: string
  /** Undefined while it doesn't run. */
  pid(): number | undefined
  /** Starts it and waits until it does its work. @param more settings for this time only */
  start(more?: Record<string, string>): Promise<void>
  /** SIGTERM, and waits for its end. @returns its exit code */
  stop(): Promise<number | null>
  /** SIGKILL: it gets no chance to do anything more. */
  kill(): Promise<void>
  /** SIGSTOP: it stands still, its connections open, until it is resumed. */
  pause(): void
  resume(): void
  /** What it has logged since it was first started, an object a line. */
  log(): LogLine[]
}

export type LogLine = { time: string; level: number; msg?: string; job?: string } & Record<string, unknown>

const START_MS = 180_000

/**
 * @param role what it serves: pages and API, jobs, or both
 * @param environment settings; PORT and PUBLIC_URL among them for all but a worker
 */
export function musterProcess(
  name: string,
  role: 'web' | 'worker' | 'both',
  environment: Record<string, string>,
): MusterProcess {
  const env = {
    ...{ PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'info', PORT: '0' },
    API_CALLS_PER_MINUTE: 'none', // proofs ask without a pause
    ...environment,
  }
  const parameters = role === 'both' ? ['serve'] : ['serve', `--${role}-only`]
  const url = `http://127.0.0.1:${env.PORT}`
  let child: ChildProcess | undefined
  const lines: LogLine[] = []
  const runs = () => child !== undefined && child.exitCode === null && child.signalCode === null
  const end = async (signal: NodeJS.Signals) => {
    if (!child || !runs()) return child?.exitCode ?? null
    const ended = once(child, 'exit')
    child.kill(signal)
    const [code] = await ended
    return code as number | null
  }
  return {
    name,
    url,
    pid: () => (runs() ? child?.pid : undefined),
    start: async (more = {}) => {
      const started = spawn(process.execPath, [MUSTER, ...parameters], {
        env: { ...env, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      let isReady = false
      let complaint = ''
      createInterface(started.stdout).on('line', (line) => {
        if (line.startsWith('{') && line.endsWith('}')) lines.push(JSON.parse(line))
        isReady ||= /is running/.test(line)
      })
      started.stderr.setEncoding('utf8').on('data', (text: string) => {
        complaint += text
      })
      for (const end = Date.now() + START_MS; !isReady; await sleep(20)) {
        if (!runs()) throw new Error(`${name} has ended with ${started.exitCode}: ${complaint}`)
        if (Date.now() < end) continue
        started.kill('SIGKILL')
        throw new Error(`${name} doesn't start: ${complaint}`)
      }
    },
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL')
    },
    pause: () => {
      child?.kill('SIGSTOP')
    },
    resume: () => {
      child?.kill('SIGCONT')
    },
    log: () => lines,
  }
}
