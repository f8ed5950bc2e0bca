import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const MUSTER = join(import.meta.dirname, '..', '..', 'bin', 'muster')

/** `muster serve` as an operator runs it: a process of its own, which can be killed and started again. */
export type ServingProcess = {
  url: string
  start(): Promise<void>
  /** SIGKILL: the process gets no chance to do anything more. Its PostgreSQL stays behind. */
  kill(): Promise<void>
  stop(): Promise<void>
  /** Runs another command on the same data. @returns what it prints */
  command(...parameters: string[]): Promise<string>
}

/** @param environment settings, PORT among them */
export function servingProcess(environment: Record<string, string>): ServingProcess {
  const env = { ...process.env, LOG_LEVEL: 'error', ...environment }
  const url = `http://127.0.0.1:${environment.PORT}`
  let child: ChildProcess | undefined
  const end = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return {
    url,
    start: async () => {
      child = spawn(process.execPath, [MUSTER, 'serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
      for (let waited = 0; waited < 60_000; waited += 100) {
        if (child.exitCode !== null) throw new Error(`muster serve has ended with ${child.exitCode}`)
        const ready = await fetch(`${url}/readyz`).catch(() => undefined)
        if (ready?.ok) return
        await sleep(100)
      }
      throw new Error('muster serve never became ready')
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    command: async (...parameters) => {
      const run = spawn(process.execPath, [MUSTER, ...parameters], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let printed = ''
      run.stdout.on('data', (text) => {
        printed += text
      })
      const [exitCode] = await once(run, 'exit')
      if (exitCode !== 0) throw new Error(`muster ${parameters[0]} has ended with ${exitCode}`)
      return printed.trim()
    },
  }
}
