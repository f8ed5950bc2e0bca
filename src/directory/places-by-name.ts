import { foldKey } from './address-name.ts'
import { editDistance } from './edit-distance.ts'
import { alikeSigns } from './look-alike-texts.ts'

/** So long a name is compared with others letter by letter, and with so many of them. */
const MOST_COMPARED = { length: 80, names: 500 }

/**
 * Sites or units by what people call them: without regard to letters' case, the kind of apostrophes and hyphens, and blanks.
 * @param names what one may be called, and its own name
 */
export function placesByName(names: readonly (readonly [called: string, name: string])[]): {
  named: (text: string) => string | undefined
  nearest: (text: string) => string | undefined
} {
  const exact = new Map(names.toReversed().map(([called, name]) => [foldKey(called), name]))
  const folded = new Map(names.toReversed().map(([called, name]) => [foldPlace(called), name]))
  const nearestOf = new Map<string, string | undefined>()
  return {
    named: (text) => exact.get(foldKey(text)) ?? folded.get(foldPlace(text)),
    nearest: (text) => {
      const key = foldPlace(text)
      if (!nearestOf.has(key) && nearestOf.size < MOST_COMPARED.names)
        nearestOf.set(key, nearest(key, folded))
      return nearestOf.get(key)
    },
  }
}

function foldPlace(text: string): string {
  return alikeSigns(foldKey(text)).replace(/[\s'\u00ad\u200b]+/gu, '')
}

function nearest(key: string, names: ReadonlyMap<string, string>): string | undefined {
  if (key.length > MOST_COMPARED.length || key.length < 4) return undefined
  let best: { name: string; distance: number } | undefined
  for (const [other, name] of [...names].slice(0, MOST_COMPARED.names)) {
    if (Math.abs(other.length - key.length) > 3) continue
    const distance = editDistance(key, other)
    if (distance <= Math.min(3, key.length / 4) && distance < (best?.distance ?? 9)) best = { name, distance }
  }
  return best?.name
}
