import { type Actor, asActor, may, requirePermission } from '../access/actor.ts'
import { insertChangeSet } from '../changes/store.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { foldKey } from '../directory/address-name.ts'
import { type AccountSelection, MOST_NAMED, tidySelection } from '../directory/selection.ts'
import { type Organisation, selectOrganisations } from '../directory/store.ts'
import { InvalidInput, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { readLocalId } from './read-local-id.ts'
import { readPlaces, type WantedPlaces } from './read-places.ts'
import { insertTransfer, selectByLocalIdKeys, storeTypedLocalIds, type TypedLocalId } from './store.ts'

/**
 * What somebody wants of a transfer: whom, from where, to where. Without a site or a unit they get none at another
 * organisation, and keep theirs within one.
 */
export type WantedTransfer = WantedPlaces & {
  from: { id: number } | { code: string }
  /** The code of the organisation that they go to; the same one, where only the site or unit changes. */
  to: string
  accounts: AccountSelection
  /** By the local ID that somebody has now, the one that they are to have at the other organisation. */
  newLocalIds?: Readonly<Record<string, string>> | undefined
}

/**
 * Begins a transfer: what would become of each account is worked out in the background, and is then looked at and
 * confirmed as any other plan.
 * @returns the ID of the change set
 * @throws NotFound, Forbidden; InvalidInput for an organisation that is closed, for a place that isn't there, for nowhere
 *   to go, for nobody, and for local IDs that can't be
 */
export async function startTransfer(portal: Portal, actor: Actor, wanted: WantedTransfer): Promise<number> {
  const accounts = tidySelection(wanted.accounts)
  return asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    const from = await openSource(tx, actor, scope, wanted.from)
    const to = await openTarget(tx, actor, scope, wanted)
    const places = await readPlaces(portal, tx, to, wanted)
    const isWithin = from.id === to.id
    if (isWithin && places.site === null && places.organisationalUnit === null)
      throw new InvalidInput(
        `Choose where they go: another organisation, or another site or unit of ${from.name}.`,
        { field: 'to' },
      )
    await tx.setScope([from.id])
    const typed = await readNewLocalIds(tx, from, isWithin ? {} : (wanted.newLocalIds ?? {}))
    const by = actor.administratorId
    const id = await insertChangeSet(tx, {
      ...{ kind: 'transfer', status: 'checking', permission: 'transfer' },
      ...{ organisationId: from.id, by, at: portal.clock.now() },
      ...(isWithin ? {} : { counterpartId: to.id }),
    })
    const transfer = { changeSetId: id, organisationId: from.id, targetId: to.id, accounts, ...places }
    await insertTransfer(tx, transfer)
    if (typed.length > 0) await storeTypedLocalIds(tx, transfer, typed)
    await portal.queue.send(tx, 'plan-transfer', {
      ...{ changeSetId: id, organisationId: from.id, by, rows: mostRows(accounts) },
    })
    return id
  })
}

async function openSource(
  tx: Transaction,
  actor: Actor,
  scope: Scope,
  by: WantedTransfer['from'],
): Promise<Organisation> {
  const [from] = await selectOrganisations(tx, scope, 'code' in by ? { code: codeOf(by.code) } : by)
  if (!from) throw new NotFound('There is no such organisation.')
  requirePermission(actor, 'transfer', from.id)
  return from
}

/**
 * The organisation that they go to. Where the actor has no rights, its agreement will be asked for, and what it consists of
 * is none of their business: no site or unit of it can be chosen.
 */
async function openTarget(
  tx: Transaction,
  actor: Actor,
  scope: Scope,
  { to: text, site, organisationalUnit }: WantedTransfer,
): Promise<Organisation> {
  const code = codeOf(text)
  const [own] = await selectOrganisations(tx, scope, { code })
  const isOwn = own !== undefined && may(actor, 'transfer', own.id)
  const to = isOwn ? own : await selectAnywhere(tx, scope, code)
  if (!to)
    throw new InvalidInput(`There is no organisation with the code “${code}”.`, {
      field: 'to',
      code: 'unknown',
    })
  if (to.closed)
    throw new InvalidInput(`${to.name} (${to.code}) is closed, so nobody can be transferred to it.`, {
      field: 'to',
      code: 'closed',
    })
  if (!isOwn && [site, organisationalUnit].some((place) => (place ?? '').trim() !== ''))
    throw new InvalidInput(
      `You can’t choose a site or a unit of ${to.name}: its administrators do that when they agree.`,
      { field: 'site', code: 'not-yours' },
    )
  return to
}

async function selectAnywhere(
  tx: Transaction,
  scope: Scope,
  code: string,
): Promise<Organisation | undefined> {
  await tx.setScope('everything')
  const [found] = code === '' ? [] : await selectOrganisations(tx, 'everything', { code })
  await tx.setScope(scope)
  return found
}

/** @throws InvalidInput for local IDs that can't be, and for those that nobody has */
async function readNewLocalIds(
  tx: Transaction,
  from: Organisation,
  newLocalIds: Readonly<Record<string, string>>,
): Promise<TypedLocalId[]> {
  const wanted = Object.entries(newLocalIds)
  if (wanted.length === 0) return []
  const keys = wanted.map(([localId]) => foldKey(localId.replaceAll('\0', '')))
  const found = await selectByLocalIdKeys(tx, from.id, keys)
  const idOf = new Map(found.map(({ id, key }) => [key, id]))
  return wanted.map(([localId, text], at) => {
    const accountId = idOf.get(keys[at] as string)
    if (accountId === undefined)
      throw new InvalidInput(`Nobody at ${from.name} has the local ID “${localId}”.`, {
        field: 'newLocalIds',
        code: 'nobody',
      })
    return { accountId, ...readLocalId(text, 'newLocalIds') }
  })
}

// It isn't known yet how many match a filter, so it counts as many.
function mostRows(accounts: AccountSelection): number {
  if ('ids' in accounts) return accounts.ids.length
  return 'localIds' in accounts ? accounts.localIds.length : MOST_NAMED
}

function codeOf(text: string): string {
  return text.trim().toUpperCase()
}
