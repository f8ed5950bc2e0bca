import type { Portal } from '../../../portal.ts'

/** Such as `mailbox-report-RX1-2026-11-22.csv`. */
export function reportName(report: string, organisationCode: string, portal: Portal): string {
  return `${report}-${organisationCode.trim().toUpperCase()}-${portal.clock.now().toISOString().slice(0, 10)}.csv`
}
