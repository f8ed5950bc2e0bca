import { AUDIT_ACTS } from './audit.ts'
import type { AuditEntry } from './find-audit.ts'
import { ROLE_NAMES, type Role } from './permissions.ts'

/** What was done, to whom or what, and the particulars, as pages and files say it. */
export function auditWords(entry: AuditEntry): { act: string; about: string; details: string } {
  const details = Object.entries(entry.details)
    .filter(([, value]) => value !== null && value !== false && value !== 0)
    .map(([name, value]) => (value === true ? name : `${name}: ${valueWords(name, value)}`))
  return { act: AUDIT_ACTS[entry.act] ?? entry.act, about: aboutWords(entry), details: details.join('; ') }
}

/** Who did it. */
export function auditBy({ byWhom, by }: AuditEntry): string {
  if (byWhom === 'operator') return 'The operator, by a command'
  return byWhom === 'portal' ? 'Muster itself' : (by?.name ?? 'An administrator who is gone')
}

function aboutWords({ about: { kind, id, name } }: AuditEntry): string {
  if (name) return name
  if (id === null || !NUMBERED.has(kind)) return ''
  return `${kind === 'change-set' ? 'change' : kind} ${id}`
}

const NUMBERED = new Set(['administrator', 'token', 'change-set', 'report'])

function valueWords(name: string, value: unknown): string {
  return name === 'role' ? (ROLE_NAMES[value as Role] ?? String(value)) : String(value)
}
