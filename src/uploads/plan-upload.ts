import type { PlannedChange } from '../changes/change.ts'
import { accountIdPool } from '../changes/plan/account-id-pool.ts'
import { addBases } from '../changes/plan/find-bases.ts'
import { type Match, matchAccounts } from '../changes/plan/match-accounts.ts'
import { planChange } from '../changes/plan/plan-change.ts'
import { type Advice, namesOf, type Planning } from '../changes/plan/plan-problems.ts'
import { insertChanges } from '../changes/plan/store-plan.ts'
import type { Wanted } from '../changes/plan/wanted.ts'
import type { Problem } from '../changes/problem.ts'
import type { Encoding } from '../csv/encoding.ts'
import type { Transaction } from '../database/open.ts'
import { isMobileRequired, settingsOf } from '../directory/settings.ts'
import { ruleContext } from '../directory/value-rules.ts'
import { inBatches } from '../flow/in-batches.ts'
import { readAhead } from '../flow/read-ahead.ts'
import { mapYielding } from '../flow/yielding.ts'
import type { Portal } from '../portal.ts'
import { dayAt } from '../words.ts'
import { meaningsFor, progressOf } from './check-progress.ts'
import { UPLOAD_FORMAT } from './columns.ts'
import { headingOf } from './headings.ts'
import { knownCells } from './known-cells.ts'
import { lookOver } from './look-over.ts'
import { blocksOf, readPart } from './part.ts'
import { planTally } from './plan-tally.ts'
import { type ProblemKinds, problemKinds } from './problem-kinds.ts'
import { refuseProtected } from './protected-fields.ts'
import type { ValidationContext } from './read-cell.ts'
import { type RowReader, readRows, type UploadedRow } from './read-rows.ts'
import { settlePlan } from './settle-plan.ts'
import {
  deleteBytes,
  describeReading,
  insertBlock,
  type KeptHeadings,
  readBytes,
  readPieces,
  type UploadToCheck,
} from './store.ts'
import { insertProblemKinds } from './store-problems.ts'
import { validateRow } from './validate-row.ts'

/**
 * Rows matched and planned with one query each way. Fewer are slower, more take memory, and so do long ones: `length` is
 * that of a thousand rows of a thousand characters.
 */
const BATCH = { rows: 1_000, length: 1024 * 1024 }

/** Batches that are read and validated while one is matched, and matched while one is planned and stored. */
const BATCHES_AHEAD = 1

/**
 * Reads an upload's bytes row by row, and stores what each row would do, in the caller's transaction.
 * @throws FileRejected where the file can't be used, Cancelled when it isn't wanted any more
 */
export async function planUpload(
  portal: Portal,
  tx: Transaction,
  upload: UploadToCheck,
  signal?: AbortSignal,
): Promise<void> {
  const { mailDomain: servedDomain } = portal.config
  const mobileRequired = await isMobileRequired(portal, tx, upload.organisationId)
  const { uploadMaxRows: maxRows, uploadMaxColumns: maxColumns } = portal.config
  const { mode, organisationCode } = upload
  const { protectedFields, mobileCountries } = await settingsOf(tx, upload.organisationId)
  const meaningsOf = (words: readonly string[]) => meaningsFor(tx, upload, words)
  const encoding = upload.encoding as Encoding
  const options = { mode, mobileRequired, maxRows, maxColumns, meaningsOf }
  const reader = upload.part
    ? await readPart(readPieces(tx, upload.id), upload.part, organisationCode, options)
    : await readRows(readBytes(tx, upload.id), { encoding, ...options })
  const headingOfField: Planning['headingOf'] = (name) => headingOf(reader.headings, name, UPLOAD_FORMAT)
  const advice = ADVICE
  const today = dayAt(portal.clock.now())
  const planning = {
    ...{ mode, organisationCode, servedDomain, mobileRequired, today },
    ...{ headingOf: headingOfField, advice },
  }
  const tally = planTally(reader.headings.columns.some(({ column }) => column.name === 'version'))
  const kinds = problemKinds()
  const progress = progressOf(portal, upload)
  const organisation = { code: organisationCode, sites: upload.sites, units: upload.units }
  const rules = {
    ...ruleContext(organisation, servedDomain),
    isOfSeveral: upload.part !== null,
    mobileCountries,
  }
  const over = lookOver(reader.headings, rules, headingOfField)
  const batches = planned(matched(tx, upload, validated(reader, { rules, mobileRequired })), planning)
  let lastRow: number = reader.headings.row
  let storing = Promise.resolve()
  try {
    for await (const { batch, rows, matches, plan } of batches) {
      const filled = batch.filter((row) => !row.isBlank)
      const changes = await mapYielding(plan, (given, at) => {
        const row = rows[at] as Wanted
        const match = matches[at] as Match
        const seen = over.row(filled[at] as UploadedRow, row, match, given)
        const change = refuseProtected(seen, protectedFields, headingOfField)
        tally.add(change, row)
        return packed(change, match, planning, kinds)
      })
      await storing
      signal?.throwIfAborted()
      storing = store(tx, upload, batch, changes, kinds)
      storing.catch(() => {}) // told to who awaits it, which may be later
      lastRow = (batch.at(-1) as UploadedRow).row
      await progress(lastRow)
    }
  } finally {
    await storing
  }
  const warnings = await settlePlan(tx, upload, planning, kinds, {
    tally,
    overall: over.warnings,
    lastRow,
  })
  await describeReading(tx, upload.id, {
    delimiter: reader.head().delimiter,
    headings: keptHeadings(reader),
    assumptions: reader.assumptions(),
    warnings: [...reader.notes(), ...warnings],
    rows: lastRow,
  })
  if (reader.holdsSecrets()) await deleteBytes(tx, upload.id)
}

/** What to do about a row, in a file. */
const ADVICE: Advice = {
  exists: 'To change an existing account, send the file with “Update existing accounts” chosen.',
  gone: 'Remove the row, or ask for the account to be restored first.',
  unknownId: 'Correct it, or leave the cell empty to use the local ID.',
  unknownLocalId: 'Compare it with the Mailbox Report (column ExternalSyncID).',
  similar: 'If it is the same person, choose “update that account”; if not, choose “create”.',
  twice: 'If it is the same person, leave one of the rows out; if not, choose “create”.',
  returned: {
    Leaver:
      'If it is the same person, leave the row out, and have the account joined again; if not, choose “create”.',
    Deleted:
      'If it is the same person, leave the row out, and have the account restored; if not, choose “create”.',
  },
  zerosLost: 'Spreadsheets drop leading zeros: format the column as text.',
  unit: 'A file can’t move people between organisational units: select them in the user list and use the bulk transfer, or leave this cell empty.',
  repair: {
    offer: 'Use the repaired value, or correct the cell and send the row again.',
    done: 'The repaired value was used: what the account had is kept.',
  },
}

type ValidatedBatch = {
  batch: UploadedRow[]
  /** Those of them with something in them. */
  rows: Wanted[]
}

async function* validated(reader: RowReader, context: ValidationContext): AsyncGenerator<ValidatedBatch> {
  const remembering = { ...context, known: knownCells() }
  for await (const batch of inBatches(reader.rows, BATCH)) {
    const filled = batch.filter((row) => !row.isBlank)
    yield { batch, rows: await mapYielding(filled, (row) => validateRow(row, reader.headings, remembering)) }
  }
}

type MatchedBatch = ValidatedBatch & { matches: Match[]; newIds: () => number }

async function* matched(
  tx: Transaction,
  upload: UploadToCheck,
  batches: AsyncIterable<ValidatedBatch>,
): AsyncGenerator<MatchedBatch> {
  for await (const { batch, rows } of readAhead(batches, BATCHES_AHEAD)) {
    const matches = await matchAccounts(tx, upload.organisationId, rows)
    await addBases(tx, rows, matches)
    yield { batch, rows, matches, newIds: await accountIdPool(tx, matches, upload.mode) }
  }
}

type PlannedBatch = ValidatedBatch & { matches: Match[]; plan: readonly PlannedChange[] }

async function* planned(
  batches: AsyncIterable<MatchedBatch>,
  planning: Planning,
): AsyncGenerator<PlannedBatch> {
  for await (const { batch, rows, matches, newIds } of readAhead(batches, BATCHES_AHEAD)) {
    const changes = await mapYielding(rows, (row, at) =>
      planChange(row, matches[at] as Match, newIds, planning),
    )
    yield { batch, rows, matches, plan: changes }
  }
}

/** The change with its problems as they are stored. */
function packed(change: PlannedChange, match: Match, planning: Planning, kinds: ProblemKinds): PlannedChange {
  const { problems, alternative } = change
  if (problems.length === 0 && alternative === undefined) return change
  const pack = (those: readonly object[]) => kinds.pack(those as Problem[], namesOf(match, planning))
  return {
    ...change,
    problems: pack(problems),
    ...(alternative && {
      alternative: alternative.problems
        ? { ...alternative, problems: pack(alternative.problems) }
        : alternative,
    }),
  }
}

/** A batch's part of the plan, and of the kept copy: every cell as it was read, blank rows too, passwords emptied. */
async function store(
  tx: Transaction,
  upload: UploadToCheck,
  batch: readonly UploadedRow[],
  changes: readonly PlannedChange[],
  kinds: ProblemKinds,
): Promise<void> {
  const { id, organisationId } = upload
  await Promise.all([
    ...blocksOf(batch).map((block) => insertBlock(tx, { id, organisationId, ...block })),
    insertProblemKinds(tx, upload, kinds.takeNew()),
    changes.length > 0 ? insertChanges(tx, upload, changes) : undefined,
  ])
}

function keptHeadings({ headings: { row, words, results }, head }: RowReader): KeptHeadings {
  return { row, words, results, above: head().above }
}
