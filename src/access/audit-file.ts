import { BYTE_ORDER_MARK, csvLine, csvLines } from '../csv/write.ts'
import type { Portal } from '../portal.ts'
import { dayAt } from '../words.ts'
import type { Actor } from './actor.ts'
import { auditBy, auditWords } from './audit-words.ts'
import { type AuditEntry, type AuditFilters, auditPieces } from './find-audit.ts'

const HEADINGS = [
  'Number',
  'At',
  'Act',
  'About',
  'Details',
  'By',
  'ByEmail',
  'Token',
  'OrganisationCode',
  'Network',
]

/** The entries of the audit log that the actor may read, as a file; that it is taken is noted too. */
export function auditFile(portal: Portal, actor: Actor, filters: AuditFilters) {
  const day = dayAt(portal.clock.now())
  return { filename: `audit-log-${day}.csv`, content: text(portal, actor, filters) }
}

async function* text(portal: Portal, actor: Actor, filters: AuditFilters): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(HEADINGS)
  for await (const entries of auditPieces(portal, actor, filters)) yield csvLines(entries.map(cells))
}

function cells(entry: AuditEntry): string[] {
  const { act, about, details } = auditWords(entry)
  return [
    String(entry.number),
    entry.at.toISOString(),
    act,
    about,
    details,
    auditBy(entry),
    entry.by?.email ?? '',
    entry.token ? entry.token.name || String(entry.token.id) : '',
    entry.organisation?.code ?? '',
    entry.network ?? '',
  ]
}
