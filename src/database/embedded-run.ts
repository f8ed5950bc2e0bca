import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import type { Owner } from './embedded-folders.ts'

/**
 * Runs one of PostgreSQL's programs to its end, as `owner`.
 * @throws with what the program said when it fails
 */
export async function run(program: string, parameters: string[], owner: Owner | undefined): Promise<void> {
  const child = spawn(program, parameters, {
    ...owner,
    // Our own environment holds secrets that another user's process must not see, and PG… variables that would mislead it.
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    // The folder we were started from may be closed to that user.
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    windowsHide: true,
  })
  let said = ''
  const listen = (chunk: Buffer) => {
    said += chunk
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw new Error(`PostgreSQL's ${basename(program)} failed (${code}): ${said.trim()}`)
}
