import type { Transaction } from '../database/open.ts'
import { foldKey } from '../directory/address-name.ts'
import type { Organisation } from '../directory/store.ts'
import { InvalidInput, refuseTogether } from '../errors.ts'
import type { TypedLocalIds } from './choose-local-ids.ts'
import { readLocalId } from './read-local-id.ts'
import { type Mover, selectMovers, selectTakenKeys, type TypedLocalId } from './store.ts'

/** What local IDs people of a planned transfer are to have: by those that they have now, and by their accounts. */
export type NewLocalIds = { newLocalIds: Readonly<Record<string, string>>; typed: TypedLocalIds }

type Read = TypedLocalId & { field: string; mover: Mover }

/**
 * Reads the local IDs that people of a plan are to have at its target.
 * @returns those that are other than planned
 * @throws InvalidInput, with all that is wrong, for people who wouldn't move, and for local IDs that can't be, are taken or
 *   would be of two people
 */
export async function readNewLocalIds(
  tx: Transaction,
  id: number,
  target: Organisation,
  wanted: NewLocalIds,
): Promise<TypedLocalId[]> {
  const read = await readEach(tx, id, wanted)
  const keys = read.map(({ key }) => key)
  const taken = await selectTakenKeys(tx, target.id, keys)
  const chosenFor = new Set(read.map(({ accountId }) => accountId))
  const others = (await selectMovers(tx, id, { thenKeys: keys })).filter(
    ({ accountId }) => !chosenFor.has(accountId),
  )
  const times = Map.groupBy([...read, ...others], ({ key }) => key)
  refuseTogether(
    ...read.map((one) => () => {
      if (taken.has(one.key)) throw clash('local-id-taken', one, target)
      if ((times.get(one.key)?.length ?? 0) > 1) throw clash('local-id-twice', one, target)
    }),
  )
  return read
    .filter(({ localId, mover }) => localId !== mover.localId)
    .map(({ accountId, localId, key }) => ({ accountId, localId, key }))
}

async function readEach(tx: Transaction, id: number, { newLocalIds, typed }: NewLocalIds): Promise<Read[]> {
  const byNow = Object.entries(newLocalIds).map(([now, text]) => ({
    ...{ now, text, nowKey: foldKey(now.replaceAll('\0', '')) },
  }))
  const found = await selectMovers(tx, id, {
    accountIds: [...typed.keys()],
    nowKeys: byNow.map(({ nowKey }) => nowKey),
  })
  const read: Read[] = []
  const take = (mover: Mover | undefined, text: string, field: string, who: string) => () => {
    if (!mover) throw new InvalidInput(`${who} isn’t among those who would come.`, { field, code: 'nobody' })
    read.push({ accountId: mover.accountId, ...readLocalId(text, field), field, mover })
  }
  refuseTogether(
    ...byNow.map(({ now, nowKey, text }) => {
      const mover = found.find((each) => each.nowKey === nowKey)
      return take(mover, text, 'newLocalIds', `“${now}”`)
    }),
    ...[...typed].flatMap(([accountId, text]) => {
      const mover = found.find((each) => each.accountId === accountId)
      return mover ? [take(mover, text, `localId-${accountId}`, '')] : [] // it may be left out
    }),
  )
  return read
}

function clash(
  code: 'local-id-taken' | 'local-id-twice',
  { localId, field, mover }: Read,
  { name, code: organisation }: Organisation,
): InvalidInput {
  const says =
    code === 'local-id-taken'
      ? `The local ID “${localId}” is taken at ${name} (${organisation}).`
      : `Somebody else who comes would have the local ID “${localId}” too.`
  return new InvalidInput(`${says} Type another one for row ${mover.row}.`, { field, code })
}
