import { WAYS } from './restore/backups.ts'
import { checkRestore } from './restore/check-restore.ts'
import { findPrograms } from './restore/installed-postgres.ts'
import { readRounds, runRounds } from './support/rounds.ts'

// Backups taken in the middle of everything, brought back on another server: a dump and a base backup in turn.
const ROWS = 100_000

const programs = await findPrograms()
if (programs === undefined) {
  console.error(
    'proof:restore needs PostgreSQL’s own programs (pg_dump, pg_basebackup): sudo apt-get install postgresql',
  )
  process.exitCode = 1
} else {
  console.log(
    `Restoring in the middle of an apply of ${ROWS.toLocaleString('en-GB')} rows, with ${programs}.`,
  )
  await runRounds('proof:restore', readRounds({ rounds: 4 }), (seed) =>
    checkRestore(programs, { rows: ROWS, way: WAYS[seed % WAYS.length] ?? 'dump' }, seed),
  )
}
