import type { Ended } from './check-round.ts'
import { readUndo } from './read-undo.ts'
import type { Round } from './round.ts'
import type { Tables } from './tables.ts'

/**
 * Holds what was taken back against the history before it: whoever was written last by the undone file went back, an
 * account that it had made was withdrawn, and what somebody wrote since was kept. Undos that nobody was answered stay
 * plans; an edit is there whole, as often as it was acknowledged.
 * @returns what differs, in words
 */
export function expectUndo({ known, story }: Round, ended: readonly Ended[], tables: Tables): string[] {
  const faults = expectOthers(known, tables)
  const { undo } = known
  if (undo === null) {
    const wrote = ended.some(({ outcomes }) => [...outcomes.values()].some(isWritten))
    if (story.takesBack && wrote) faults.push('files wrote something, and none was taken back')
    return faults
  }
  const undone = ended.find(({ id }) => id === undo.undoes)
  const rows = readUndo(undo.results)
  const before = tables.history.filter(({ setId }) => setId !== undo.id)
  const last = new Map(before.map((entry) => [entry.localId, entry]))
  for (const [number, { localId, outcome }] of undone?.outcomes ?? []) {
    const row = rows.get(number)
    rows.delete(number)
    if (!isWritten({ outcome })) {
      if (row) faults.push(`row ${number} of undo ${undo.id} takes back what wasn't written`)
      continue
    }
    const isLast = last.get(localId)?.setId === undo.undoes
    const expected = !isLast ? 'Kept' : outcome === 'Created' ? 'Withdrawn' : 'Taken back'
    if (row?.localId !== localId || row.result !== expected)
      faults.push(
        `row ${number} of undo ${undo.id}, about ${localId}, is “${row?.result}”, not “${expected}”`,
      )
  }
  for (const row of rows.keys()) faults.push(`row ${row} of undo ${undo.id} is of no row`)
  return faults
}

function isWritten({ outcome }: { outcome: string }): boolean {
  return outcome === 'Updated' || outcome === 'Created'
}

function expectOthers({ edit, undo }: Round['known'], { others }: Tables): string[] {
  return others.flatMap(({ id, kind, status, plans }) => {
    const isKnown = id === (kind === 'edit' ? edit?.changeSet : undo?.id)
    const expected = kind === 'undo' && !isKnown ? 'checked' : 'completed'
    if (plans !== 1) return [`${kind} ${id} was planned ${plans} times`]
    if (status !== expected) return [`${kind} ${id} is ${status}, not ${expected}`]
    return kind === 'edit' && !isKnown ? [`edit ${id} is there, and nobody was told of it`] : []
  })
}
