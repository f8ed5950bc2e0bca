import { type Actor, may } from '../access/actor.ts'
import { rightsOfNow } from '../access/rights-of-now.ts'
import { toldFields, wasWritten } from '../changes/change.ts'
import { findChangeSet, type ShownChangeSet } from '../changes/find-change-sets.ts'
import { KINDS } from '../changes/kinds.ts'
import { titleOf, unnamed } from '../changes/name.ts'
import { holdToSight, sightOf } from '../changes/sight.ts'
import { isEnded } from '../changes/status.ts'
import { asCell } from '../changes/values.ts'
import { BYTE_ORDER_MARK, csvLine } from '../csv/write.ts'
import { displayName } from '../directory/address-name.ts'
import { labelOf } from '../directory/fields.ts'
import { Conflict, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { csvName, type FileToDownload, inPieces } from './csv-file.ts'
import { type EndedChange, selectEndedChanges } from './find-ended-changes.ts'
import { noteDownload } from './note-download.ts'
import { notReached, resultWord } from './result-words.ts'

const HEADINGS = ['Row', 'LocalID', 'Name', 'Field', 'ValueBefore', 'ValueAfter', 'Result', 'ResultDetail']

/** Changes that are read at once. */
const BLOCK_ROWS = 1_000

/**
 * What became of a change set that is no upload: a line for each field of each account, with its value before and
 * after. The rows of an undo are numbered as those of the set that it takes back.
 * @param way a download is noted here; what is mailed, where the message is queued
 * @throws NotFound, for an upload too, whose results are its own file; Conflict while the set hasn't ended
 */
export async function changeResultsFile(
  portal: Portal,
  actor: Actor,
  id: number,
  way: 'download' | 'mail' = 'download',
): Promise<FileToDownload> {
  const set = await findChangeSet(portal, actor, id)
  if (set.kind === 'upload')
    throw new NotFound(`Change ${id} is an upload. Take its results from the upload itself.`)
  if (!isEnded(set.status))
    throw new Conflict(`The results are there once the ${KINDS[set.kind].noun} has ended.`)
  if (way === 'download')
    await noteDownload(portal, actor, { id, organisationId: set.organisation.id }, 'results')
  return { filename: csvName(titleOf(unnamed(set)), 'results'), content: file(portal, actor, set) }
}

async function* file(portal: Portal, actor: Actor, set: ShownChangeSet): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(HEADINGS)
  yield* inPieces(blocks(portal, actor, set), function* (changes) {
    for (const change of changes) for (const cells of linesOf(change, set)) yield csvLine(cells)
  })
}

async function* blocks(portal: Portal, actor: Actor, set: ShownChangeSet): AsyncGenerator<EndedChange[]> {
  const own = may(actor, 'read-accounts', set.organisation.id) ? set.organisation.id : null
  const asNow = rightsOfNow(portal, actor, 'read-accounts', own)
  for (let after = 0; ; ) {
    const changes = await asNow(async (tx, _scope, now) => {
      const sight = sightOf(now)
      await holdToSight(tx, sight)
      return selectEndedChanges(tx, sight, set.id, { after, limit: BLOCK_ROWS })
    })
    const last = changes.at(-1)
    if (!last) return
    yield changes
    after = last.row
  }
}

function linesOf(change: EndedChange, set: ShownChangeSet): string[][] {
  const person = change.person ? displayName(change.person, set.organisation.code) : ''
  const start = [String(change.row), change.localId ?? '', person]
  const problems = change.problems ?? []
  const kept = problems
    .filter(({ column }) => column !== null)
    .map(({ column, value, message }) => [
      ...start,
      column,
      value,
      value,
      resultWord('kept', set.kind),
      message,
    ])
  const isKept = (label: string) => problems.some(({ column }) => column === label)
  const others = toldFields(change)
    .filter(([field]) => !isKept(labelOf(field)))
    .map(([field]) => [...start, labelOf(field), ...fieldCells(change, field, set)])
  const lines = [...others, ...kept]
  if (lines.length === 0) {
    const detail = [detailOf(change, set), ...problems.map(({ message }) => message)].join(' ').trim()
    lines.push([...start, '', '', '', resultWord(change.result, set.kind), detail])
  }
  return lines.map((cells) => cells.map((cell) => cell ?? ''))
}

/** The value before and after, the result and what is to be said of it. */
function fieldCells(change: EndedChange, field: string, { kind }: ShownChangeSet): string[] {
  const before = asCell(change.before?.[field] ?? null)
  const after = asCell(change.after?.[field] ?? null)
  if (!wasWritten(change.result))
    return [before, before, resultWord(change.result, kind), detailOf(change, { kind })]
  // Somebody else has written the same value meanwhile.
  if (change.unwritten?.includes(field)) return [after, after, resultWord('unchanged', kind), '']
  return [before, after, resultWord(change.result, kind), change.detail ?? '']
}

function detailOf({ result, detail }: EndedChange, { kind }: Pick<ShownChangeSet, 'kind'>): string {
  return detail ?? (result === 'skipped' ? notReached(kind) : '')
}
