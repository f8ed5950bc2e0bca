import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Client } from 'pg'
import { inject } from 'vitest'

const MUSTER = join(import.meta.dirname, '..', '..', 'bin', 'muster')

export type Ended = { code: number | null; signal: string | null; stdout: string; stderr: string }

/** Nothing of this machine's own settings, and a program that starts as a person's would. */
export function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'C.UTF-8', PORT: '0', ...settings }
}

/** Runs the real command to its end. */
export async function muster(settings: Record<string, string>, ...parameters: string[]): Promise<Ended> {
  const child = start(settings, parameters)
  child.process.stdin?.end()
  return child.ended
}

export type Running = {
  process: ChildProcess
  address: string
  ended: Promise<Ended>
  stdout(): string
  stop(signal?: NodeJS.Signals): Promise<Ended>
}

/** Starts `serve` or `start` and waits until it says that it runs. */
export async function running(settings: Record<string, string>, ...parameters: string[]): Promise<Running> {
  const child = start(settings, parameters)
  const said = new Promise<void>((resolve) => {
    child.process.stdout?.on('data', () => /running|"address"/.test(child.stdout()) && resolve())
  })
  const early = child.ended.then(({ stderr, stdout }) => {
    throw new Error(`muster ended: ${stderr}${stdout}`)
  })
  await Promise.race([said, early])
  early.catch(() => {})
  return {
    ...child,
    address: addressIn(child.stdout()),
    stop: (signal = 'SIGTERM') => {
      child.process.kill(signal)
      return child.ended
    },
  }
}

function addressIn(said: string): string {
  const [, plain, json] = /running at (\S+)|"address":"([^"]+)/.exec(said) ?? []
  return plain ?? json ?? ''
}

/** An empty database of its own on the run's server. */
export async function emptyDatabase(): Promise<{ url: string } & AsyncDisposable> {
  const name = `muster_cli_${crypto.randomUUID().replaceAll('-', '')}`
  await administer(`create database ${name}`)
  const url = new URL(inject('serverUrl'))
  url.pathname = `/${name}`
  return { url: url.href, [Symbol.asyncDispose]: () => administer(`drop database ${name} with (force)`) }
}

function start(settings: Record<string, string>, parameters: string[]) {
  const child = spawn(process.execPath, [MUSTER, ...parameters], { env: environment(settings) })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const ended: Promise<Ended> = once(child, 'close').then(([code, signal]) => ({
    code,
    signal,
    stdout,
    stderr,
  }))
  return { process: child as ChildProcess, ended, stdout: () => stdout }
}

async function administer(statement: string): Promise<void> {
  const client = new Client(inject('serverUrl'))
  await client.connect()
  await client.query(statement)
  await client.end()
}
