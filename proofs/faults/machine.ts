import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { promisify } from 'node:util'

const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'

/** @returns what is missing, in words */
export async function isInstalled(program: string): Promise<string | undefined> {
  return promisify(execFile)(program, ['version']).then(
    () => undefined,
    () => `the program ${program} is not installed`,
  )
}

/** The library that gives a process another time, or what is missing. */
export async function fakeClock(): Promise<{ library: string } | { missing: string }> {
  return access(FAKETIME).then(
    () => ({ library: FAKETIME }),
    () => ({ missing: 'libfaketime is not installed (apt-get install faketime)' }),
  )
}
