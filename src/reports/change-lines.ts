import { toldFields } from '../changes/change.ts'
import { KINDS } from '../changes/kinds.ts'
import { asCell } from '../changes/values.ts'
import { displayName } from '../directory/address-name.ts'
import { labelOf } from '../directory/fields.ts'
import { resultWord } from '../results/result-words.ts'
import { type Asked, toTheSecond } from './report.ts'
import type { WrittenChange } from './store-changes.ts'

/** A change as rows of its report: one for each field that was written, and a single one for an account that was made. */
export function linesOf(change: WrittenChange, { organisation, parameters }: Asked): string[][] {
  const { kind, person, result } = change
  const start = [
    ...[toTheSecond(change.at), change.by, KINDS[kind].noun, String(change.place.changeSetId)],
    ...[change.source ?? KINDS[kind].noun, String(change.place.row), String(change.accountId ?? '')],
    ...[change.localId ?? '', person ? displayName(person, organisation.code) : '', resultWord(result, kind)],
  ]
  const fields = toldFields(change).filter(
    ([field]) => !change.unwritten?.includes(field) && (parameters.field ?? field) === field,
  )
  if (parameters.field === undefined && (result === 'created' || fields.length === 0))
    return [[...start, '', '', '']]
  return fields.map(([field, after]) => [
    ...[...start, labelOf(field)],
    ...[asCell(change.before?.[field] ?? null) ?? '', asCell(after) ?? ''],
  ])
}
