import type { Actor } from '../access/actor.ts'
import { applyAtOnce } from '../changes/apply/apply-at-once.ts'
import {
  type AccountNow,
  lockAccounts,
  selectAccountsByLocalIdKey,
  selectLastWrites,
} from '../changes/apply/find-conflicts.ts'
import type { FieldValues } from '../changes/change.ts'
import { seePastOf, selectValuesBefore } from '../changes/history/find-history.ts'
import { planAccounts } from '../changes/plan/plan-accounts.ts'
import { isSame } from '../changes/values.ts'
import type { Transaction } from '../database/open.ts'
import { displayName, foldKey } from '../directory/address-name.ts'
import { FIELD_NAMES, type FieldName } from '../directory/fields.ts'
import { Conflict } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { organisationIdOf, outcomeOf } from './find-edited.ts'
import { type EditedOrganisation, inEdit, openOrganisation } from './open-organisation.ts'
import { type GivenValues, readValues } from './read-values.ts'
import {
  ChangedMeanwhile,
  type FieldConflict,
  type FieldProblem,
  Overtaken,
  ValuesRefused,
} from './refused.ts'

/** An account that has more keeps them. */
const MOST_ALIASES = 100

export type Edit = {
  /** The account's version that the editor saw. Without one, as it is now: for a single act, such as removing an alias. */
  version?: number
  /** Fields that aren't given stay as they are. */
  values: GivenValues | ((now: FieldValues) => GivenValues)
}

/** `changeSet` is null where nothing was left to change. */
export type Edited = { changeSet: number | null; version: number; warnings: FieldProblem[] }

/**
 * Changes one account, as a change set that is planned and applied in one transaction. Against what others changed since
 * the version given, it is judged field by field: what only one side touched is kept of both.
 * @throws NotFound, Forbidden; Conflict for an account that has left or was deleted, or a version that isn't yet;
 *   ValuesRefused for values that can't be; ChangedMeanwhile where others changed the same fields to something else
 */
export function editAccount(portal: Portal, actor: Actor, id: number, edit: Edit): Promise<Edited> {
  return inEdit(portal, actor, async (tx, scope) => {
    const organisationId = await organisationIdOf(tx, scope, id)
    const organisation = await openOrganisation(portal, tx, actor, scope, { id: organisationId })
    await seePastOf(tx, [organisationId], id)
    const account = await lockOne(tx, organisation, id)
    const given = typeof edit.values === 'function' ? edit.values(account.values) : edit.values
    const base = await valuesAt(tx, id, account, edit.version ?? account.version)
    const read = readValues(given, organisation.rules, organisation, base)
    if (read.problems.length > 0) throw new ValuesRefused(read.problems)
    const wanted = await merge(tx, id, account, read.values, base)
    await refuseTakenLocalId(tx, organisation, account, wanted)
    const whole = withOldAddress(wanted, account)
    refuseTooMany(whole, account)
    const changes = await planAccounts(tx, organisationId, new Map([[id, whole]]))
    const by = actor.administratorId
    const changeSet = await applyAtOnce(portal, tx, { kind: 'edit', organisationId, by }, changes)
    if (changeSet === undefined) return { changeSet: null, version: account.version, warnings: read.warnings }
    await refuseFailure(tx, changeSet)
    return { changeSet, version: account.version + 1, warnings: read.warnings }
  })
}

async function lockOne(tx: Transaction, { id, code }: EditedOrganisation, accountId: number) {
  const accounts = await lockAccounts(tx, [id], [accountId], FIELD_NAMES)
  const account = accounts.get(accountId)
  // The account was seen a moment ago, so it has moved or was withdrawn since.
  if (!account || account.values.status === 'Withdrawn') throw new Overtaken('There is no such account.')
  if (account.hasGone) {
    const name = displayName(account.values as { firstName: string; lastName: string }, code)
    throw new Conflict(
      `${name} has left or was deleted, so the account can’t be changed. Ask for it to be restored first.`,
    )
  }
  return account
}

/** What the account said at the version that the editor saw. */
async function valuesAt(
  tx: Transaction,
  accountId: number,
  { version: current, values }: AccountNow,
  version: number,
): Promise<FieldValues> {
  if (version === current) return values
  if (version > current || version < 1)
    throw new Conflict(`The account has no version ${version}: it is at ${current}. Read it again.`)
  return { ...values, ...(await selectValuesBefore(tx, accountId, version)) }
}

/** @returns what is to be written: what the editor changed, unless it is so already */
async function merge(
  tx: Transaction,
  accountId: number,
  account: AccountNow,
  yours: FieldValues,
  base: FieldValues,
): Promise<FieldValues> {
  const wanted: FieldValues = {}
  const conflicting: FieldName[] = []
  for (const field of Object.keys(yours) as FieldName[]) {
    const [own, before, now] = [yours, base, account.values].map((values) => values[field] ?? null)
    if (isSame(own ?? null, before ?? null) || isSame(own ?? null, now ?? null)) continue
    wanted[field] = own ?? null
    if (!isSame(now ?? null, before ?? null)) conflicting.push(field)
  }
  if (conflicting.length === 0) return wanted
  const writes = await selectLastWrites(
    tx,
    conflicting.map((field) => ({ accountId, field })),
  )
  throw new ChangedMeanwhile(
    conflicting.map((field): FieldConflict => {
      const write = writes.get(`${accountId} ${field}`)
      return {
        field,
        base: base[field] ?? null,
        yours: yours[field] ?? null,
        theirs: account.values[field] ?? null,
        by: write?.by ?? null,
        at: write?.at ?? null,
      }
    }),
    { version: account.version, values: { ...account.values, ...wanted } },
  )
}

async function refuseTakenLocalId(
  tx: Transaction,
  { id, code }: EditedOrganisation,
  account: AccountNow,
  { localId }: FieldValues,
): Promise<void> {
  if (typeof localId !== 'string') return
  const key = foldKey(localId)
  if (key === account.localIdKey) return
  const holder = (await selectAccountsByLocalIdKey(tx, [id], [key])).get(key)
  if (!holder) return
  const name = displayName(holder.values as { firstName: string; lastName: string }, code)
  throw new ValuesRefused([
    {
      field: 'localId',
      code: 'already-exists',
      message: `${name} already has the local ID “${localId}”. Each person has one of their own.`,
    },
  ])
}

/** The address that was the primary one stays as an alias, unless it is said what becomes of the aliases. */
function withOldAddress(wanted: FieldValues, { values: now }: AccountNow): FieldValues {
  const primary = wanted.emailAddress ?? now.emailAddress
  if (!('emailAddress' in wanted) && !('aliases' in wanted)) return wanted
  const others = 'aliases' in wanted ? listOf(wanted.aliases) : listOf(now.aliases)
  const kept = 'aliases' in wanted ? [] : listOf(now.emailAddress)
  const byKey = new Map([...others, ...kept].map((address) => [foldKey(address), address]))
  byKey.delete(foldKey(String(primary)))
  const aliases = [...byKey.entries()].sort(([one], [other]) => (one < other ? -1 : 1))
  return { ...wanted, aliases: aliases.length > 0 ? aliases.map(([, address]) => address) : null }
}

function refuseTooMany({ aliases }: FieldValues, { values: now }: AccountNow): void {
  const count = listOf(aliases).length
  if (count <= MOST_ALIASES || count <= listOf(now.aliases).length) return
  const message = `The account would have ${count} other addresses; at most ${MOST_ALIASES} are allowed. Remove some that nobody needs any more.`
  throw new ValuesRefused([{ field: 'aliases', code: 'too-many-addresses', message }])
}

function listOf(value: FieldValues[string] | undefined): string[] {
  return [value].flat().filter((address) => typeof address === 'string')
}

/** What can't be written isn't kept as a set that came to nothing: the editor is here to be told. */
async function refuseFailure(tx: Transaction, changeSet: number): Promise<void> {
  const { result, detail } = await outcomeOf(tx, changeSet)
  if (result === 'failed') throw new Conflict(detail ?? 'It could not be saved. Try again.')
}
