import type { Ended } from './check-round.ts'
import { isFirst, localIdOf, type Story } from './story.ts'
import type { Tables } from './tables.ts'

/** What the clients were told of one person: who wrote which job title, by which row of which upload. */
type Told = { created: number; updated: number; jobTitles: (string | null)[]; places: Set<string> }

/**
 * Holds the accounts and their history against the outcomes that clients were told.
 * @returns what differs, in words
 */
export function expectAccounts(story: Story, ended: readonly Ended[], tables: Tables): string[] {
  const told = gather(story, ended)
  const faults: string[] = []
  const accounts = new Map(tables.accounts.map((account) => [account.localId, account]))
  if (accounts.size !== tables.accounts.length) faults.push('two accounts have one local ID')
  for (const localId of accounts.keys())
    if (!told.has(localId)) faults.push(`${localId} has an account, and nobody was told of it`)
  const written = Map.groupBy(tables.history, ({ accountId }) => accountId)
  const writes = Map.groupBy(tables.accountWrites, ({ id }) => id)
  for (const [localId, { created, updated, jobTitles, places }] of told) {
    const account = accounts.get(localId)
    const isNew = !isFirst(story, localId)
    if (!account) faults.push(`${localId} is acknowledged and missing`)
    if (created !== (isNew ? 1 : 0)) faults.push(`${localId} was created ${created} times`)
    if (!account) continue
    if (account.addresses !== 1) faults.push(`${localId} has ${account.addresses} addresses`)
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
  const found = new Set(entries.map(({ uploadId, row }) => `${uploadId} ${row}`))
  if (
    found.size !== entries.length ||
    found.size !== places.size ||
    ![...found].every((at) => places.has(at))
  )
    faults.push(`${localId} has the history ${[...found]}, and was written by ${[...places]}`)
  let before: string | null = null
  for (const entry of entries) {
    if (entry.before !== before) faults.push(`${localId} went from “${entry.before}”, and had “${before}”`)
    before = entry.after
  }
  if (before !== jobTitle)
    faults.push(`${localId} ends with “${before}” in its history, and has “${jobTitle}”`)
  return faults
}

function gather(story: Story, ended: readonly Ended[]): Map<string, Told> {
  const told = new Map<string, Told>()
  const of = (localId: string) => {
    const known = told.get(localId) ?? { created: 0, updated: 0, jobTitles: [], places: new Set<string>() }
    told.set(localId, known)
    return known
  }
  for (let n = 1; n <= story.people; n++) of(localIdOf(n))
  for (const { id, outcomes } of new Map(ended.map((one) => [one.id, one])).values()) {
    for (const [row, { localId, jobTitle, outcome }] of outcomes) {
      const known = of(localId)
      if (outcome !== 'Updated' && outcome !== 'Created') continue
      known[outcome === 'Created' ? 'created' : 'updated']++
      known.jobTitles.push(jobTitle)
      known.places.add(`${id} ${row}`)
    }
  }
  for (const known of told.values()) if (known.jobTitles.length === 0) known.jobTitles.push(null)
  return told
}
