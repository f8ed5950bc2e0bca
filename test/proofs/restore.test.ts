import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  MAKE_DATABASE,
  MAKE_PORTAL_ROLE,
  MAKE_ROLE,
  RESTORE_DUMP,
  TAKE,
  WAYS,
} from '../../proofs/restore/backups.ts'
import { checkRestore } from '../../proofs/restore/check-restore.ts'
import { findPrograms } from '../../proofs/restore/installed-postgres.ts'
import { runRounds } from '../../proofs/support/rounds.ts'

const programs = await findPrograms()

// A slice of `npm run proof:restore`: one backup of each kind.
test.skipIf(programs === undefined)(
  'a backup taken in the middle of an apply goes on elsewhere (skipped where PostgreSQL’s programs are not installed)',
  { timeout: 600_000 },
  async () => {
    const failed = await runRounds('proof:restore', { rounds: WAYS.length, seed: 700 }, (seed) =>
      checkRestore(programs ?? '', { rows: 6_000, way: WAYS[seed % WAYS.length] ?? 'dump' }, seed),
    )
    expect(failed).toEqual([])
  },
)

test('operations.md tells operators to type what the proof types', async () => {
  const text = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'operations.md'), 'utf8')
  const typed = [MAKE_ROLE, ...MAKE_PORTAL_ROLE, MAKE_DATABASE].map((statement) => `${statement};`)
  const lines = text.split('\n')
  expect([...typed, ...Object.values(TAKE), RESTORE_DUMP].filter((line) => !lines.includes(line))).toEqual([])
})
