import type { Ended } from './check-round.ts'
import { readUndo } from './read-undo.ts'
import type { Round } from './round.ts'
import { isFirst, localIdOf, type Story } from './story.ts'
import type { Tables } from './tables.ts'

/** What the clients were told of one person: who wrote which job title, by which row of which change set. */
type Told = {
  created: number
  updated: number
  withdrawn: boolean
  jobTitles: (string | null)[]
  places: Set<string>
}

/**
 * Holds the accounts and their history against the outcomes that clients were told.
 * @returns what differs, in words
 */
export function expectAccounts(
  { story, known }: Pick<Round, 'story' | 'known'>,
  ended: readonly Ended[],
  tables: Tables,
): string[] {
  const told = gather(story, ended)
  addOthers(told, story, known)
  const faults: string[] = []
  const accounts = new Map(tables.accounts.map((account) => [account.localId, account]))
  if (accounts.size !== tables.accounts.length) faults.push('two accounts have one local ID')
  for (const localId of accounts.keys())
    if (!told.has(localId)) faults.push(`${localId} has an account, and nobody was told of it`)
  const written = Map.groupBy(tables.history, ({ accountId }) => accountId)
  const writes = Map.groupBy(tables.accountWrites, ({ id }) => id)
  for (const [localId, { created, updated, withdrawn, jobTitles, places }] of told) {
    const account = accounts.get(localId)
    const isNew = !isFirst(story, localId)
    if (!account) faults.push(`${localId} is acknowledged and missing`)
    if (created !== (isNew ? 1 : 0)) faults.push(`${localId} was created ${created} times`)
    if (!account) continue
    if (account.addresses !== (withdrawn ? 0 : 1))
      faults.push(`${localId} has ${account.addresses} addresses`)
    if ((account.status === 'Withdrawn') !== withdrawn)
      faults.push(`${localId} is ${account.status}, and ${withdrawn ? 'was' : 'was never'} withdrawn`)
    if (account.version !== 1 + updated)
      faults.push(`${localId} was updated ${updated} times, and has version ${account.version}`)
    if (!jobTitles.includes(account.jobTitle))
      faults.push(`${localId} has “${account.jobTitle}”, of ${jobTitles.length} that were acknowledged`)
    if ((writes.get(account.id)?.length ?? 0) !== created + updated)
      faults.push(`${localId} was written ${writes.get(account.id)?.length ?? 0} times`)
    faults.push(...expectHistory(localId, written.get(account.id) ?? [], account.jobTitle, places))
  }
  return faults
}

/** Each write is in the history, once, each begins where the one before ended, and the last is what is there. */
function expectHistory(
  localId: string,
  entries: Tables['history'],
  jobTitle: string | null,
  places: Set<string>,
): string[] {
  const faults: string[] = []
  const found = new Set(entries.map(({ setId, row }) => `${setId} ${row}`))
  if (
    found.size !== entries.length ||
    found.size !== places.size ||
    ![...found].every((at) => places.has(at))
  )
    faults.push(`${localId} has the history ${[...found]}, and was written by ${[...places]}`)
  let before: string | null = null
  for (const entry of entries) {
    if (entry.action === 'withdraw') continue // the fields of a person stay
    if (entry.before !== before) faults.push(`${localId} went from “${entry.before}”, and had “${before}”`)
    before = entry.after
  }
  if (before !== jobTitle)
    faults.push(`${localId} ends with “${before}” in its history, and has “${jobTitle}”`)
  return faults
}

type ToldOf = Map<string, Told>

function gather(story: Story, ended: readonly Ended[]): ToldOf {
  const told: ToldOf = new Map()
  for (let n = 1; n <= story.people; n++) of(told, localIdOf(n))
  for (const { id, outcomes } of new Map(ended.map((one) => [one.id, one])).values()) {
    for (const [row, { localId, jobTitle, outcome }] of outcomes) {
      const known = of(told, localId)
      if (outcome !== 'Updated' && outcome !== 'Created') continue
      known[outcome === 'Created' ? 'created' : 'updated']++
      known.jobTitles.push(jobTitle)
      known.places.add(`${id} ${row}`)
    }
  }
  for (const known of told.values()) if (known.jobTitles.length === 0) known.jobTitles.push(null)
  return told
}

function addOthers(told: ToldOf, story: Story, { edit, undo }: Round['known']): void {
  if (edit && story.edit) note(of(told, story.edit.localId), story.edit.jobTitle, `${edit.changeSet} 1`)
  if (!undo) return
  for (const { row, localId, after, result } of readUndo(undo.results).values()) {
    const known = of(told, localId)
    if (result === 'Taken back') note(known, after, `${undo.id} ${row}`)
    if (result !== 'Withdrawn') continue
    known.withdrawn = true
    known.updated++
    known.places.add(`${undo.id} ${row}`)
  }
}

function note(known: Told, jobTitle: string | null, place: string): void {
  known.updated++
  known.jobTitles.push(jobTitle)
  known.places.add(place)
}

function of(told: ToldOf, localId: string): Told {
  const known = told.get(localId) ?? {
    ...{ created: 0, updated: 0, withdrawn: false, jobTitles: [], places: new Set<string>() },
  }
  told.set(localId, known)
  return known
}
