import type { ReportKind } from './store.ts'

const NAMES: Record<ReportKind, string> = { mailbox: 'mailbox-report', 'upload-file': 'accounts', due: 'due' }

/** Such as `mailbox-report-RX1-2026-11-22.csv`. */
export function reportName(kind: ReportKind, organisationCode: string, at: Date): string {
  return `${NAMES[kind]}-${organisationCode.trim().toUpperCase()}-${at.toISOString().slice(0, 10)}.csv`
}
