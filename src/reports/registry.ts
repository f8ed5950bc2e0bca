import { type Actor, may } from '../access/actor.ts'
import { NotFound } from '../errors.ts'
import { ADMINISTRATORS_REPORT } from './administrators.ts'
import { CHANGES_REPORT } from './changes.ts'
import { DATA_QUALITY_REPORT } from './data-quality.ts'
import { DUE_REPORT } from './due.ts'
import { MAILBOX_REPORT } from './mailbox.ts'
import type { Report, ReportKind } from './report.ts'
import { UPLOAD_FILE } from './upload-file.ts'
import { UPLOADS_REPORT } from './uploads.ts'
import { WITHOUT_LOCAL_ID_REPORT } from './without-local-id.ts'

/** Every report, in the order of the page. One more is a file beside this one, and a line here. */
export const REPORTS: readonly Report[] = [
  MAILBOX_REPORT,
  UPLOAD_FILE,
  CHANGES_REPORT,
  UPLOADS_REPORT,
  DUE_REPORT,
  WITHOUT_LOCAL_ID_REPORT,
  DATA_QUALITY_REPORT,
  ADMINISTRATORS_REPORT,
]

/** @throws NotFound when there is none of that name */
export function reportOf(kind: ReportKind): Report {
  const report = REPORTS.find((one) => one.kind === kind)
  if (report === undefined) throw new NotFound('There is no such report.')
  return report
}

/** Those that somebody may read of an organisation, or of any. */
export function reportsFor(actor: Actor, organisationId?: number): Report[] {
  return REPORTS.filter(({ needs }) => may(actor, needs, organisationId))
}
