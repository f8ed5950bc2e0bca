import { BULK_ACTIONS, type Deed, titleOfDeed } from './bulk-actions.ts'
import { KINDS, type Kind } from './kinds.ts'

type Named = { id: number; kind: Kind; name: string | null; deed: Deed | null }

/** What a change set is called in a sentence: `people.csv`, `the change to Jane Smith`, `the transfer to ZN1`, `“Disable accounts”`, `undo 12`. */
export function nameOf({ kind, id, name, deed }: Named): string {
  if (deed !== null) return `“${deedOf(deed, name)}”`
  if (kind === 'edit' && name !== null) return `the change to ${name}`
  if (kind === 'transfer' && name !== null) return `the transfer ${name}`
  if (kind === 'lifecycle' && name !== null) return `the ${name}`
  return name ?? `${KINDS[kind].noun} ${id}`
}

/** The same without a person’s name: for what leaves the portal. */
export function unnamed<Set extends Named & { undoes?: Named | null }>(set: Set): Set {
  const undoes = set.undoes ? { undoes: unnamed(set.undoes) } : {}
  return { ...set, ...(isOfOnePerson(set) ? { name: null } : {}), ...undoes }
}

function isOfOnePerson({ kind, deed }: Named): boolean {
  return kind === 'edit' || deed !== null
}

/** What a change set is, as lists, headings and file names name it. */
export function titleOf(set: Named & { undoes: Named | null }): string {
  if (set.kind === 'undo') return `Taking back ${set.undoes ? nameOf(set.undoes) : 'a change'}`
  if (set.deed !== null) return deedOf(set.deed, set.name)
  if (set.kind === 'upload' && set.name !== null) return set.name
  const own = nameOf(set).replace(/^the /, '')
  return `${own.charAt(0).toUpperCase()}${own.slice(1)}`
}

/** Of one person it names them: `Disable: Jane Smith`. */
function deedOf(deed: Deed, person: string | null): string {
  if (person === null) return titleOfDeed(deed)
  return `${deed.action === 'set' ? titleOfDeed(deed) : BULK_ACTIONS[deed.action].choice}: ${person}`
}
