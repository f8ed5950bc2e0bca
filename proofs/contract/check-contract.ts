import type { Client } from 'pg'
import { RESULTS as RESULT_NAMES } from '../../src/changes/change.ts'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import type { Portal } from '../../src/portal.ts'
import { resultsFile } from '../../src/uploads/results-file.ts'
import type { UploadRow } from '../../src/uploads/upload.ts'
import { ACTS, type Done, doSomething, refuse } from '../model/act.ts'
import { openWorld, type Tally, type World } from '../model/world.ts'
import { allRows } from '../support/take-upload.ts'
import { checkMoved } from './check-moved.ts'
import type { RandomFile } from './random-file.ts'
import { RESULTS, readResults } from './results.ts'

/**
 * One round: random directories of two organisations, and a file, an action, a transfer or what else changes accounts; in
 * every third round something else happens between its plan and its apply. What the tables then hold is compared with what
 * the plan said, by a model of its own, and a results file with the file that was sent.
 * @param client reads the tables past the portal's own code
 * @throws Error with everything that differs
 */
export async function checkContract(portal: Portal, client: Client, seed: number): Promise<Tally> {
  const world = await openWorld(portal, client, { seed, prefix: 'C', most: 30 })
  const { chance, tally } = world
  const before = await hashOfOthers(world)
  const act = chance.pick([...ACTS, 'file', 'file', 'file', 'action', 'transfer', 'transfer'] as const)
  const meanwhile = () => doSomething(world, chance.pick(ACTS))
  const done = await doSomething(world, act, chance.percent(33) ? { meanwhile } : {})
  if ((await hashOfOthers(world)) !== before) throw new Error('accounts of other organisations have changed')
  if (!done) return tally
  await checkMoved(world, done)
  refuse(`the results of ${act} ${done.id}`, await resultFaults(world, done))
  return tally
}

/** One hash over everyone else's accounts. */
async function hashOfOthers({ client, organisations }: World): Promise<string> {
  const { rows } = await client.query<{ hash: string }>(
    `select coalesce(md5(string_agg(a::text, '' order by id)), '') as hash from account a
     where organisation_id <> all($1)`,
    [organisations.map(({ id }) => id)],
  )
  return rows[0]?.hash ?? ''
}

/** What is counted is the sum of the rows, and a results file is the file that was sent. */
async function resultFaults({ portal, global }: World, { id, file }: Done): Promise<string[]> {
  const outcome = await allRows({ portal, actor: global.actor }, id)
  const { status, results } = await findChangeSet(portal, global.actor, id)
  const faults = RESULT_NAMES.flatMap((name) => {
    const rows = outcome.filter(({ result }) => result === name).length
    return rows === results[name] ? [] : [`${results[name]} rows are said to be ${name}, and ${rows} are`]
  })
  if (status !== 'completed') faults.push(`it is ${status}`)
  if (!file) return faults
  const read = await readResults(file, await resultsFile(portal, global.actor, id))
  return [...faults, ...read.faults, ...compareResults(read.rows, outcome, file)]
}

const WORDS: Record<string, string> = {
  updated: 'Updated',
  created: 'Created',
  unchanged: 'No change',
  failed: 'Failed',
  skipped: 'Skipped',
}

function compareResults(
  results: readonly { row: number; result: string; accountId: string; detail: string }[],
  outcome: readonly UploadRow[],
  file: RandomFile,
): string[] {
  const faults: string[] = []
  const byRow = new Map(outcome.map((row) => [row.row, row]))
  const filled = file.rows.filter((cells) => cells.some((cell) => cell.trim() !== '')).length
  if (outcome.length !== filled) faults.push(`${outcome.length} rows planned, ${filled} are filled`)
  for (const { row, result, accountId, detail } of results) {
    const shown = byRow.get(row)
    if (!RESULTS.includes(result) || result !== WORDS[shown?.result ?? '']) {
      faults.push(`row ${row}: the results file says “${result}”, the page ${shown?.result}`)
    }
    if (accountId !== String(shown?.accountId ?? ''))
      faults.push(`row ${row}: account ${accountId}, not ${shown?.accountId}`)
    if ((result === 'Failed' || result === 'Skipped') && detail === '')
      faults.push(`row ${row}: ${result} without a reason`)
  }
  return faults
}
