import { type Actor, asActor, scopeFor } from '../access/actor.ts'
import { actorFor } from '../access/administrators.ts'
import { note, noteAlone } from '../access/audit.ts'
import { rightsOfNow } from '../access/rights-of-now.ts'
import type { Transaction } from '../database/open.ts'
import { Conflict, Forbidden, Gone, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type GivenUp, portalStopped, type Reason } from '../queue/given-up.ts'
import { ask, askAgain, type Wanted } from './ask.ts'
import { REPORTS, reportOf } from './registry.ts'
import type { Asked, ReportKind } from './report.ts'
import { filePages } from './report-file.ts'
import { reportName } from './report-name.ts'
import {
  endRun,
  insertPiece,
  insertRun,
  noteProgress,
  type ReportRun,
  readPieces,
  type Sight,
  selectRunning,
  selectRuns,
  takeRun,
} from './store.ts'
import { tellWeekly } from './tell-weekly.ts'

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
 * @throws as of `ask`
 */
export async function startReport(portal: Portal, actor: Actor, wanted: Wanted): Promise<number> {
  const asked = await ask(portal, actor, wanted)
  return asActor(portal, actor, asked.report.needs, (tx) => startIn(tx, portal, actor, asked))
}

/** The same within a transaction, of what was asked for. */
export async function startIn(
  tx: Transaction,
  portal: Portal,
  actor: Actor,
  asked: Asked,
  { isWeekly = false } = {},
): Promise<number> {
  const { report, organisation, parameters, filter } = asked
  const { kind } = report
  const run = {
    ...{ kind, parameters, filter, isWeekly },
    organisationId: organisation.id,
    requestedBy: actor.administratorId,
  }
  const running = await selectRunning(tx, run)
  if (running !== undefined) return running
  const now = portal.clock.now()
  const { total } = await report.measure(tx, asked)
  const filename = reportName(kind, organisation.code, now)
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
    details: { report: kind },
  })
  return id
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
  await portal.database.transaction([organisationId], async (tx) => {
    await endRun(tx, reportRunId, { status: 'failed', reason }, portal.clock.now())
    await tellWeekly(portal, tx, reportRunId)
  })
}

async function makeFile(portal: Portal, tx: Transaction, id: number, signal?: AbortSignal): Promise<void> {
  const run = await takeRun(tx, id)
  if (run === undefined) return
  const actor = await actorFor(portal, run.requestedBy)
  if (actor === null) throw new Forbidden('The administrator may not sign in any more.')
  const asked = await askAgain(portal, actor, run)
  let done = 0
  let number = 0
  for await (const page of filePages(portal, actor, asked)) {
    for (const text of pieces(page.text)) {
      await insertPiece(tx, {
        id,
        organisationId: run.organisationId,
        number: number++,
        bytes: Buffer.from(text),
      })
    }
    signal?.throwIfAborted()
    done += page.records
    await portal.database.transaction([run.organisationId], (progress) => noteProgress(progress, id, done))
  }
  await endRun(tx, id, { status: 'completed' }, portal.clock.now())
  await tellWeekly(portal, tx, id)
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

/** The reports made of the organisations in scope, newest first, of the kinds that the actor may read. */
export function listReports(
  portal: Portal,
  actor: Actor,
  filters: { organisationId?: number; kind?: ReportKind; limit?: number } = {},
): Promise<ReportRun[]> {
  return asActor(portal, actor, 'read-accounts', (tx) =>
    selectRuns(tx, sightOf(actor), { limit: 200, ...filters }),
  )
}

/** @throws NotFound when there is none, or none in scope */
export async function findReport(portal: Portal, actor: Actor, id: number): Promise<ReportRun> {
  return asActor(portal, actor, 'read-accounts', async (tx) => {
    const [run] = Number.isSafeInteger(id) ? await selectRuns(tx, sightOf(actor), { id, limit: 1 }) : []
    if (run === undefined) throw new NotFound('There is no such report.')
    return run
  })
}

/** Where somebody may read which kinds of reports. */
function sightOf(actor: Actor): Sight {
  const byNeeds = Map.groupBy(REPORTS, ({ needs }) => needs)
  return [...byNeeds].map(([needs, reports]) => ({
    kinds: reports.map(({ kind }) => kind),
    scope: scopeFor(actor, needs),
  }))
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
    content: readPieces(id, rightsOfNow(portal, actor, reportOf(run.kind).needs, run.organisation.id)),
  }
}
