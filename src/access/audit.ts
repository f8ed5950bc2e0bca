import { createHash } from 'node:crypto'
import type { Transaction } from '../database/open.ts'
import type { Portal } from '../portal.ts'
import type { Actor, Grant } from './actor.ts'
import { insertEntry, lockHead, type StoredEntry } from './store-audit.ts'

/** What is noted, with the words of the page. */
export const AUDIT_ACTS = {
  'administrator-disabled': 'Administrator disabled',
  'administrator-enabled': 'Administrator enabled again',
  'role-given': 'Role given',
  'role-taken': 'Role taken away',
  'sessions-ended': 'Signed out everywhere',
  'password-set': 'Password set',
  'second-factor-added': 'Second factor added',
  'second-factor-removed': 'Second factor removed',
  'recovery-codes-made': 'Recovery codes made',
  'recovery-code-used': 'Recovery code used',
  'proof-refused': 'Second factor or password refused',
  'identity-linked': 'Sign-in at another system linked',
  'identity-unlinked': 'Sign-in at another system unlinked',
  'break-glass-given': 'Emergency sign-in allowed',
  'break-glass-taken': 'Emergency sign-in no longer allowed',
  'break-glass-used': 'Emergency sign-in used',
  'token-made': 'API token made',
  'token-revoked': 'API token revoked',
  'organisation-added': 'Organisation added',
  'organisation-renamed': 'Organisation renamed',
  'organisation-closed': 'Organisation closed',
  'organisation-reopened': 'Organisation reopened',
  'organisations-loaded': 'Organisations loaded from a file',
  'site-added': 'Site added',
  'site-renamed': 'Site renamed',
  'site-removed': 'Site removed',
  'unit-added': 'Unit added',
  'unit-renamed': 'Unit renamed',
  'unit-removed': 'Unit removed',
  'settings-changed': 'Settings changed',
  'agreement-asked': 'Agreement asked for',
  'agreement-given': 'Agreement given',
  'agreement-declined': 'Agreement declined',
  'agreement-withdrawn': 'Agreement no longer asked for',
  'report-run': 'Report run',
  'report-downloaded': 'Report downloaded',
  'results-downloaded': 'Results downloaded',
  'results-mailed': 'Results sent by e-mail',
  'audit-log-downloaded': 'Audit log downloaded',
} as const

export type AuditAct = keyof typeof AUDIT_ACTS

export type AuditSubject =
  | 'administrator'
  | 'token'
  | 'organisation'
  | 'site'
  | 'unit'
  | 'settings'
  | 'change-set'
  | 'report'
  | 'audit-log'

/** Who did it: an administrator, the operator by a command, or the portal by itself. */
export type AuditBy = Pick<Actor, 'administratorId' | 'tokenId' | 'network'> | 'operator' | 'portal'

export type AuditDetails = Readonly<Record<string, string | number | boolean | null>>

export type AuditNote = {
  act: AuditAct
  by: AuditBy
  /** Whose log it stands in; left out for what is of no single one. */
  organisationId?: number | null
  about: { kind: AuditSubject; id?: number | null }
  /** In plain words and numbers. No secret, and nothing personal that an ID can stand for. */
  details?: AuditDetails
}

/**
 * Writes an act into the audit log, in the transaction that does it. To be called last in it: until the transaction
 * ends, all others that want to note something wait.
 */
export async function note(tx: Transaction, noted: AuditNote): Promise<void> {
  const head = await lockHead(tx)
  const content: Omit<StoredEntry, 'hash'> = {
    number: head.number + 1,
    at: head.now,
    act: noted.act,
    ...whoDid(noted.by),
    organisationId: noted.organisationId ?? null,
    aboutKind: noted.about.kind,
    aboutId: noted.about.id ?? null,
    details: noted.details ?? {},
  }
  await insertEntry(tx, { ...content, hash: hashEntry(head.hash, content) })
}

/** The same in the log of every organisation where somebody has a role; once where that is all or none. */
export async function noteWherever(
  tx: Transaction,
  grants: readonly Grant[],
  noted: Omit<AuditNote, 'organisationId'>,
): Promise<void> {
  const organisations = new Set(grants.map(({ organisationId }) => organisationId))
  for (const organisationId of organisations.size === 0 ? [null] : organisations)
    await note(tx, { ...noted, organisationId })
}

/** Notes what is done outside of any transaction: that a file was opened. */
export function noteAlone(portal: Portal, noted: AuditNote): Promise<void> {
  return portal.database.transaction([], (tx) => note(tx, noted))
}

/** What an entry's hash is over: all that it says, and the hash before it. */
export function hashEntry(before: Buffer, entry: Omit<StoredEntry, 'hash'>): Buffer {
  const details = Object.entries(entry.details).sort(([a], [b]) => (a < b ? -1 : 1))
  const said = [
    entry.number,
    entry.at.toISOString(),
    entry.act,
    entry.byWhom,
    entry.administratorId,
    entry.tokenId,
    entry.organisationId,
    entry.aboutKind,
    entry.aboutId,
    details,
    entry.network,
  ]
  return createHash('sha256').update(before).update(JSON.stringify(said)).digest()
}

function whoDid(by: AuditBy): Pick<StoredEntry, 'byWhom' | 'administratorId' | 'tokenId' | 'network'> {
  if (typeof by === 'string') return { byWhom: by, administratorId: null, tokenId: null, network: null }
  return {
    byWhom: 'administrator',
    administratorId: by.administratorId,
    tokenId: by.tokenId ?? null,
    network: by.network ?? null,
  }
}
