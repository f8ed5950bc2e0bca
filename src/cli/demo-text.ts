import { join, relative } from 'node:path'
import { ROLE_NAMES } from '../access/permissions.ts'
import type { Demo } from '../demo/seed.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const EXAMPLE = relative('', join(ROOT, 'examples', 'update-staff.csv'))
const MUSTER = relative('', join(ROOT, 'bin', 'muster'))

/** Who may sign in to the demo, and with what. */
export function demoText({ signIns, token }: Demo): string {
  const first = signIns[0] as Demo['signIns'][number]
  const width = Math.max(...signIns.map(({ email }) => email.length))
  const people = signIns.map(
    ({ email, role, organisations }) =>
      `  ${email.padEnd(width)}  ${[ROLE_NAMES[role], organisations.join(' and ')].filter(Boolean).join(', ')}`,
  )
  return [
    `Sign in as one of these, with the password  ${first.password}`,
    ...people,
    '',
    `API token, which acts for ${first.email}:`,
    `  ${token}`,
  ].join('\n')
}

/** Three things to do first, for someone who has just started the portal. */
export function stepsText({ signIns, token }: Demo, address: string): string {
  const first = signIns[0] as Demo['signIns'][number]
  return [
    'Three steps to try:',
    `  1. Open ${address} and sign in as ${first.email}.`,
    `  2. Choose “Update accounts from a spreadsheet”, send ${EXAMPLE}, look at what would change, and apply it.`,
    '  3. Do the same from another terminal:',
    `     MUSTER_URL=${address} MUSTER_TOKEN=${token} \\`,
    `       ${MUSTER} upload ${EXAMPLE} --organisation ${first.organisations[0]}`,
  ].join('\n')
}
