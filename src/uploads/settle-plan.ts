import type { Counts } from '../changes/change-set.ts'
import { noteSetBacks, setBacksOf } from '../changes/plan/find-set-backs.ts'
import type { Planning } from '../changes/plan/plan-problems.ts'
import { countPlan, notePlan, numberProposedAddresses, refuseClashes } from '../changes/plan/store-plan.ts'
import { noteTwins } from '../changes/plan/store-twins.ts'
import { twinsOf } from '../changes/plan/twins.ts'
import type { Transaction } from '../database/open.ts'
import { number } from '../words.ts'
import type { LookOver } from './look-over.ts'
import type { PlanTally } from './plan-tally.ts'
import type { ProblemKinds } from './problem-kinds.ts'
import type { UploadToCheck } from './store.ts'
import { insertProblemKinds } from './store-problems.ts'
import type { FileWarning } from './upload.ts'
import { versionWarnings } from './version-warnings.ts'

/**
 * What can be said only once every row is planned: rows that reach the same account, or are about the same new person, whose
 * work is set back, numbers for new addresses, the counts.
 * @param planned what was counted and seen while the rows were planned
 * @returns what smells about the file as a whole
 */
export async function settlePlan(
  tx: Transaction,
  upload: UploadToCheck,
  planning: Planning,
  kinds: ProblemKinds,
  planned: { tally: PlanTally; overall: LookOver['warnings']; lastRow: number },
): Promise<FileWarning[]> {
  const repeated = (code: string, parts: (string | number)[]) =>
    kinds.numberOf({ column: planning.headingOf('localId'), code, severity: 'error', parts })
  const clashes = await refuseClashes(tx, upload.id, {
    account: repeated('repeated-row', [
      'More than one row is about this account. Keep one of them and remove the others. Other rows about it: ',
      2,
      '.',
    ]),
    localId: repeated('repeated-local-id', [
      'More than one row gives the local ID ',
      1,
      ' to an account, and no two can have it. Give each its own. Other rows that give it: ',
      2,
      '.',
    ]),
  })
  const { tally, lastRow } = planned
  const seen = tally.counts()
  const twins = seen.create + seen.possibleDuplicate > 1 ? await tellTwins(tx, upload, planning, kinds) : 0
  const which = { rows: tally.unversioned(), fields: tally.fields(), lastRow }
  const setBacks = await tellSetBacks(tx, upload, planning, kinds, which)
  const told = clashes + twins + setBacks
  if (told > 0) await insertProblemKinds(tx, upload, kinds.takeNew())
  if (upload.mode !== 'update') await numberProposedAddresses(tx, upload)
  const { replaced: _, ...counts } = told === 0 ? seen : await countPlan(tx, upload.id)
  await notePlan(tx, upload.id, { counts, fields: tally.fields(), firstRow: FIRST_ROW, lastRow })
  return [
    ...fileWarnings(counts, tally.byIdAlone(), planned.overall),
    ...versionWarnings(tally.cellsLeft(), counts),
  ]
}

/** @returns how many rows seem to be about a new person whom another row is about too */
async function tellTwins(
  tx: Transaction,
  upload: UploadToCheck,
  planning: Planning,
  kinds: ProblemKinds,
): Promise<number> {
  let count = 0
  for await (const twins of twinsOf(tx, upload.id, planning)) {
    const told = twins.map(({ row, other, problem, name }) => ({
      ...{ row, other },
      problems: kinds.pack([problem], [name]) as object[],
    }))
    await noteTwins(tx, upload.id, told)
    count += told.length
  }
  return count
}

/** @returns how many rows set somebody's work back */
async function tellSetBacks(
  tx: Transaction,
  upload: UploadToCheck,
  planning: Planning,
  kinds: ProblemKinds,
  which: Parameters<typeof setBacksOf>[2],
): Promise<number> {
  let count = 0
  for await (const setBacks of setBacksOf(tx, upload.id, which, planning)) {
    const told = setBacks.map(({ row, problems, ofAlternative }) => ({
      row,
      problems: kinds.pack(problems, []) as object[],
      ofAlternative: kinds.pack(ofAlternative, []) as object[],
    }))
    await noteSetBacks(tx, upload.id, told)
    count += told.length
  }
  return count
}

/** The heading row is 1, as a spreadsheet numbers it. */
const FIRST_ROW = 2

/** A file of another thing, whose own numbers are read as account IDs, may be as short as this. */
const ID_ALONE_FROM_ROWS = 3

const UNKNOWN = ['unknown-local-id', 'unknown-local-id-probably-known', 'unknown-id', 'unknown-address']

/** Below this many rows a file is looked through by eye. */
const SMELLS_FROM_ROWS = 10

/** The warnings that the page shows before anything else, worst first. */
function fileWarnings(counts: Counts, byIdAlone: number, overall: LookOver['warnings']): FileWarning[] {
  const existing = counts.update + counts.unchanged
  const warnings: FileWarning[] = overall(existing)
  const unknownOf = (code: string) => counts.problems[code] ?? 0
  const unknown = UNKNOWN.reduce((sum, code) => sum + unknownOf(code), 0)
  const isByAddress = unknownOf('unknown-address') * 2 > unknown
  if (unknown >= SMELLS_FROM_ROWS && unknown * 2 > counts.rows) {
    warnings.push({
      code: 'most-rows-unknown',
      message: `${number(unknown)} of ${number(counts.rows)} rows reach nobody. Is it the right file, and does its column of ${isByAddress ? 'addresses' : 'local IDs'} hold those of this organisation?`,
      count: unknown,
      problem: isByAddress ? 'unknown-address' : 'unknown-local-id',
    })
  }
  if (byIdAlone >= ID_ALONE_FROM_ROWS && byIdAlone * 2 >= counts.update + counts.unchanged) {
    warnings.push({
      code: 'id-alone',
      message: `In ${number(byIdAlone)} rows only the ID says whom they are about, and nothing else in them agrees with the account that it reaches. Is this a file of your people, and are the IDs those of the Mailbox Report? Add the column LocalID to be sure.`,
      count: byIdAlone,
    })
  }
  // Rows that can be repaired aren't told of here, since their repair is offered.
  const zeros = (counts.problems['leading-zeros-lost'] ?? 0) - (counts.repairs['leading-zeros-lost'] ?? 0)
  if (zeros > 0) {
    const which = zeros === 1 ? '1 local ID has lost its' : `${number(zeros)} local IDs have lost their`
    warnings.push({
      code: 'leading-zeros-lost',
      message: `${which} leading zeros. In your spreadsheet, format the LocalID column as text before you paste or type the IDs.`,
      count: zeros,
    })
  }
  return warnings
}
