import { findReport } from '../../reports/run.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { reportWords } from './list.ts'

/** What the page of reports asks for while one is being made. */
export async function showReportProgress({ portal, actor, params }: PageRequest) {
  const run = await findReport(portal, actor, idOf(params.id))
  return { status: run.status, ...run.progress, words: reportWords(run) }
}
