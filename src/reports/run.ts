import { type Actor, asActor, requirePermission } from '../access/actor.ts'
import { actorFor } from '../access/administrators.ts'
import { note, noteAlone } from '../access/audit.ts'
import { asActorNow } from '../access/rights-of-now.ts'
import type { Transaction } from '../database/open.ts'
import type { AccountFilter } from '../directory/account-filter.ts'
import { countAccounts, requireFilter } from '../directory/find-accounts.ts'
import { findOrganisation } from '../directory/organisation.ts'
import { Conflict, Forbidden, Gone, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type GivenUp, portalStopped, type Reason } from '../queue/given-up.ts'
import { type AccountFile, accountFilePages, filterFor } from './account-file.ts'
import { DUE_REPORT } from './due.ts'
import { MAILBOX_REPORT } from './mailbox.ts'
import { reportName } from './report-name.ts'
import {
  endRun,
  insertPiece,
  insertRun,
  noteProgress,
  type ReportKind,
  type ReportRun,
  readPieces,
  selectRunning,
  selectRuns,
  takeRun,
} from './store.ts'
import { UPLOAD_FILE } from './upload-file.ts'

export type { ReportKind, ReportRun } from './store.ts'

const FILES: Record<ReportKind, AccountFile> = {
  mailbox: MAILBOX_REPORT,
  'upload-file': UPLOAD_FILE,
  due: DUE_REPORT,
}

const PIECE_CHARACTERS = 256 * 1024 // at most four bytes each: a piece stays within 1 MiB

/** Its connection is silent while a page of accounts is read on another one. */
const LEASE_SECONDS = 30

const REASONS: Record<GivenUp | 'refused', Reason> = {
  failed: {
    code: 'report-failed',
    message: 'Something went wrong on our side while this report was made. Run it again.',
  },
  died: portalStopped(
    'this report was made',
    'Run it again later. If that doesn’t help, tell whoever runs this portal: they can see why.',
  ),
  refused: {
    code: 'rights-withdrawn',
    message: 'The person who ran this report may no longer see this organisation’s entries. Run it again.',
  },
}

type ReportJob = { reportRunId: number; organisationId: number }

/**
 * Has a report made in the background, of everybody that it is about or of those who match a filter. Asked for twice, by a
 * double click, it is made once.
 * @returns the run's ID
 * @throws NotFound when the organisation isn't in scope; Forbidden, InvalidInput as of `findAccounts`
 */
export async function startReport(
  portal: Portal,
  actor: Actor,
  wanted: { kind: ReportKind; organisationCode: string; filter?: AccountFilter },
): Promise<number> {
  const organisation = await findOrganisation(portal, actor, { code: wanted.organisationCode })
  const { kind, filter = null } = wanted
  requireFilter(actor, filter ?? {}, organisation.id)
  const run = { kind, filter, organisationId: organisation.id, requestedBy: actor.administratorId }
  return asActor(portal, actor, 'read-accounts', async (tx) => {
    const running = await selectRunning(tx, run)
    if (running !== undefined) return running
    const now = portal.clock.now()
    const filename = reportName(kind, organisation.code, now)
    const total = await countAccounts(tx, organisation.id, filterFor(FILES[kind], filter ?? {}))
    const id = await insertRun(tx, { ...run, filename, total, now })
    await portal.queue.send(tx, 'run-report', {
      reportRunId: id,
      organisationId: organisation.id,
      by: actor.administratorId,
      rows: total,
    })
    await note(tx, {
      act: 'report-run',
      by: actor,
      organisationId: organisation.id,
      about: { kind: 'report', id },
      details: { report: wanted.kind },
    })
    return id
  })
}

/**
 * Makes a report, as the person who asked for it and with the rights that they have now. The file is written in one
 * transaction: it is there whole or not at all, and a job that comes again begins anew.
 */
export async function runReport(
  portal: Portal,
  { data, signal }: { data: ReportJob; signal?: AbortSignal },
): Promise<void> {
  try {
    await portal.database.onLease(
      (connection) =>
        connection.transaction([data.organisationId], (tx) => makeFile(portal, tx, data.reportRunId, signal)),
      LEASE_SECONDS,
    )
  } catch (error) {
    const isRefused = error instanceof Forbidden || error instanceof NotFound
    if (!isRefused || signal?.aborted) throw error
    await fail(portal, data, REASONS.refused)
  }
}

/** Ends a report that was given up. */
export function failReport(portal: Portal, data: ReportJob, why: GivenUp): Promise<void> {
  return fail(portal, data, REASONS[why])
}

async function fail(portal: Portal, { reportRunId, organisationId }: ReportJob, reason: Reason) {
  await portal.database.transaction([organisationId], (tx) =>
    endRun(tx, reportRunId, { status: 'failed', reason }, portal.clock.now()),
  )
}

async function makeFile(portal: Portal, tx: Transaction, id: number, signal?: AbortSignal): Promise<void> {
  const run = await takeRun(tx, id)
  if (run === undefined) return
  const actor = await actorFor(portal, run.requestedBy)
  if (actor === null) throw new Forbidden('The administrator may not sign in any more.')
  requirePermission(actor, 'read-accounts', run.organisationId)
  let rows = 0
  let number = 0
  const file = FILES[run.kind]
  for await (const page of accountFilePages(portal, actor, run.organisationCode, file, run.filter ?? {})) {
    for (const text of pieces(page.text)) {
      await insertPiece(tx, {
        id,
        organisationId: run.organisationId,
        number: number++,
        bytes: Buffer.from(text),
      })
    }
    signal?.throwIfAborted()
    rows += page.rows
    await portal.database.transaction([run.organisationId], (progress) => noteProgress(progress, id, rows))
  }
  await endRun(tx, id, { status: 'completed' }, portal.clock.now())
}

// A pair of surrogates is one character, and isn't cut in two.
function* pieces(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const cut = from + PIECE_CHARACTERS
    const to = isLowSurrogate(text.charCodeAt(cut)) ? cut + 1 : cut
    yield text.slice(from, to)
    from = to
  }
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

/** The reports made of the organisations in scope, newest first. */
export async function listReports(
  portal: Portal,
  actor: Actor,
  filters: { organisationId?: number; limit?: number } = {},
): Promise<ReportRun[]> {
  return asActor(portal, actor, 'read-accounts', (tx, scope) =>
    selectRuns(tx, scope, { limit: 50, ...filters }),
  )
}

/** @throws NotFound when there is none, or none in scope */
export async function findReport(portal: Portal, actor: Actor, id: number): Promise<ReportRun> {
  return asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    const [run] = Number.isSafeInteger(id) ? await selectRuns(tx, scope, { id, limit: 1 }) : []
    if (run === undefined) throw new NotFound('There is no such report.')
    return run
  })
}

/**
 * A report's file, a piece at a time.
 * @throws NotFound; Conflict while it is being made or when that failed; Gone when its days are over
 */
export async function reportFile(
  portal: Portal,
  actor: Actor,
  id: number,
): Promise<{ filename: string; content: AsyncIterable<Buffer> }> {
  const run = await findReport(portal, actor, id)
  if (run.status === 'running') throw new Conflict('This report is still being made. Try again in a moment.')
  if (run.status === 'failed')
    throw new Conflict(run.reason?.message ?? 'This report could not be made. Run it again.')
  if (run.expired)
    throw new Gone('This report has been removed. Run it again to get the entries as they are now.')
  await noteAlone(portal, {
    act: 'report-downloaded',
    by: actor,
    organisationId: run.organisation.id,
    about: { kind: 'report', id },
    details: { report: run.kind },
  })
  return {
    filename: run.filename,
    content: readPieces(id, (work) => asActorNow(portal, actor, 'read-accounts', run.organisation.id, work)),
  }
}
