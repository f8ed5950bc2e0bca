import { foldKey } from '../../directory/address-name.ts'
import type { MatchedAccount } from './find-matches.ts'
import type { Wanted } from './wanted.ts'

/** Spreadsheets drop leading zeros; so many are tried. */
const ZEROS_TRIED = 8

/** The keys of the same local ID with leading zeros lost, or found again. */
export function zeroVariants(localId: string | null): string[] {
  if (localId === null) return []
  const key = foldKey(localId)
  const bare = withoutZeros(key)
  if (bare === '') return []
  const padded = Array.from({ length: ZEROS_TRIED }, (_, zeros) => '0'.repeat(zeros) + bare)
  return padded.filter((variant) => variant !== key)
}

/** The keys that a row's local ID may have had before it was damaged: with more zeros, or as its doubt says. */
export function meantKeys({ localId, doubts = [] }: Wanted): string[] {
  const doubted = doubts.find(({ field }) => field === 'localId')
  if (doubted === undefined) return zeroVariants(localId).filter((key) => key.length > (localId?.length ?? 0))
  return (doubted.meant ?? []).flatMap((meant) => {
    const key = foldKey(meant)
    return [key, ...zeroVariants(meant).filter((variant) => variant.length > key.length)]
  })
}

/** Of accounts by their keys the one that has one of these; null where several have. */
export function onlyOne(
  keys: readonly string[],
  accounts: ReadonlyMap<string | null, MatchedAccount>,
): MatchedAccount | null {
  const found = new Set(keys.flatMap((key) => accounts.get(key) ?? []))
  const [first] = found
  return first !== undefined && found.size === 1 ? first : null
}

/** Whether the one is the other but for zeros that it has lost. */
export function hasLostZeros(localId: string, whole: string): boolean {
  return whole.length > localId.length && withoutZeros(foldKey(localId)) === withoutZeros(foldKey(whole))
}

function withoutZeros(key: string): string {
  return key.replace(/^0+/, '')
}
