import { dayAt } from '../words.ts'
import { reportOf } from './registry.ts'
import type { ReportKind } from './report.ts'

/** Such as `mailbox-report-RX1-2026-11-22.csv`. */
export function reportName(kind: ReportKind, organisationCode: string, at: Date): string {
  const { fileName } = reportOf(kind)
  return `${fileName}-${organisationCode.trim().toUpperCase()}-${dayAt(at)}.csv`
}
