import type { Client } from 'pg'
import { RESULTS as RESULT_NAMES } from '../../src/changes/change.ts'
import { decide } from '../../src/changes/decide.ts'
import { random } from '../../src/demo/random.ts'
import { PERSON_FIELDS } from '../../src/directory/fields.ts'
import type { Portal } from '../../src/portal.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import type { Upload, UploadRow } from '../../src/uploads/upload.ts'
import { makeOrganisation } from '../support/fresh-portal.ts'
import { type AccountRow, columnOf, makeAccounts, readAccounts } from '../support/random-directory.ts'
import { allRows, apply, check, resultsText, type Sender } from '../support/take-upload.ts'
import { type KnownAccount, type RandomFile, randomFile } from './random-file.ts'
import { RESULTS, readResults } from './results.ts'

/** What a round did, to see that the rounds don't all do nothing. */
export type Tally = Record<string, number>

type Accounts = Map<number, AccountRow>

/**
 * One round: a random directory, a random file; in every third round another file is planned at the same time and
 * applied before it. What the accounts' table then holds is compared with what the preview said, the results file with
 * the file that was sent.
 * @param client reads the tables past the portal's own code
 * @throws Error with everything that differs
 */
export async function checkContract(portal: Portal, client: Client, seed: number): Promise<Tally> {
  const chance = random(seed)
  const { id: organisationId, code, actor } = await makeOrganisation(portal, `C${seed}`)
  const sender = { portal, actor, code }
  await makeAccounts(client, chance, { id: organisationId, by: actor.administratorId }, chance.between(0, 30))
  const known = knownFrom((await readAccounts(client, organisationId)).accounts)
  const file = randomFile(chance, known, code)
  const other = chance.percent(33) ? randomFile(chance, known, code) : null

  const planned = await check(sender, file.bytes, file.mode)
  const otherPlan = other && (await check(sender, other.bytes, other.mode))
  const faults: string[] = []
  const tally: Tally = {}
  if (otherPlan?.upload.status === 'checked') await apply(sender, otherPlan.upload)
  const before = await readAccounts(client, organisationId)
  if (planned.upload.status === 'checked') {
    const decided = await decideSome(sender, chance.percent(50), planned)
    await apply(sender, planned.upload)
    const after = await readAccounts(client, organisationId)
    if (before.others !== after.others) faults.push('accounts of other organisations have changed')
    const outcome = await allRows(sender, planned.upload.id)
    const addresses = await readAddresses(client, organisationId)
    const wanted = expectWrites(planned.rows, decided, before.accounts, actor.administratorId)
    faults.push(...compareAccounts(wanted, before.accounts, after.accounts, otherPlan ? null : addresses))
    faults.push(...compareOutcomes(wanted, outcome, await findUpload(portal, actor, planned.upload.id)))
    const results = readResults(file, await resultsText(sender, planned.upload.id))
    faults.push(...results.faults, ...compareResults(results.rows, outcome, file))
    count(tally, otherPlan?.upload.status === 'checked' ? 'files, another applied before' : 'files')
    for (const { result } of outcome) count(tally, `rows ${result}`)
    for (const { changes, result } of outcome) {
      if (result === 'updated' || result === 'created') count(tally, 'fields', changes.length)
    }
  } else {
    const after = await readAccounts(client, organisationId)
    if (JSON.stringify([...before.accounts]) !== JSON.stringify([...after.accounts]))
      faults.push('a refused file wrote')
    count(tally, `files rejected: ${planned.upload.reason?.code}`)
  }
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return tally
}

function knownFrom(accounts: Accounts): KnownAccount[] {
  return [...accounts.values()].map((row) => ({
    id: row.id,
    localId: row.local_id,
    values: Object.fromEntries(PERSON_FIELDS.map((field) => [field, row[columnOf(field)]])),
  }))
}

/** @returns the rows that are possible duplicates and to be created all the same */
async function decideSome(
  { portal, actor }: Sender,
  all: boolean,
  { upload, rows }: { upload: Upload; rows: UploadRow[] },
): Promise<Set<number>> {
  const possible = rows.flatMap(({ row, action }) => (action === 'possible-duplicate' ? [row] : []))
  const chosen = all ? possible : possible.filter((_, at) => at % 2 === 0)
  if (all) await decide(portal, actor, upload.id, { all: 'create' })
  else if (chosen.length > 0) {
    await decide(portal, actor, upload.id, { rows: chosen.map((row) => ({ row, decision: 'create' })) })
  }
  return new Set(chosen)
}

type Wanted = {
  /** Accounts that are written, as they are to be; `updated_at` is left open. */
  written: Map<number, Record<string, unknown>>
  created: { row: number; values: Record<string, unknown>; address: string }[]
  results: Map<number, string>
}

/**
 * What the preview promises, by a model of its own: each field that still holds the old value is written, one that holds
 * the new one already is left, and anything else fails the row.
 */
function expectWrites(
  rows: readonly UploadRow[],
  decided: Set<number>,
  before: Accounts,
  by: number,
): Wanted {
  const wanted: Wanted = { written: new Map(), created: [], results: new Map() }
  const taken = new Map([...before.values()].map((row) => [row.local_id_key, row]))
  for (const { row, action, accountId, changes } of rows) {
    const values = Object.fromEntries(changes.map((change) => [columnOf(change.field), change.new]))
    if (action === 'update') {
      const now = before.get(accountId as number) as AccountRow
      const held = now.status === 'Leaver' || now.status === 'Deleted'
      const open = changes.filter((change) => now[columnOf(change.field)] !== change.new)
      const conflict = open.some((change) => now[columnOf(change.field)] !== change.old)
      const isTaken = [...before.values()].some(
        (one) => one.id !== now.id && sameLocalId(one.local_id, values.local_id),
      )
      const fails = held || conflict || isTaken
      wanted.results.set(row, fails ? 'failed' : open.length > 0 ? 'updated' : 'unchanged')
      if (wanted.results.get(row) === 'updated') {
        wanted.written.set(now.id, { ...now, ...values, version: now.version + 1, updated_by: by })
      }
    } else if (action === 'create' || (action === 'possible-duplicate' && decided.has(row))) {
      const { email_address: address, ...fields } = values
      const taker = [...taken.values()].find((one) => sameLocalId(one.local_id, fields.local_id))
      const agrees =
        taker && Object.entries(fields).every(([name, value]) => name === 'local_id' || taker[name] === value)
      wanted.results.set(row, taker ? (agrees ? 'unchanged' : 'failed') : 'created')
      if (!taker) wanted.created.push({ row, values: fields, address: String(address) })
    } else {
      wanted.results.set(row, { unchanged: 'unchanged', error: 'failed' }[action as 'error'] ?? 'skipped')
    }
  }
  return wanted
}

function sameLocalId(one: unknown, other: unknown): boolean {
  return typeof one === 'string' && typeof other === 'string' && one.toUpperCase() === other.toUpperCase()
}

function compareAccounts(
  wanted: Wanted,
  before: Accounts,
  after: Accounts,
  addresses: Addresses | null,
): string[] {
  const faults: string[] = []
  for (const [id, was] of before) {
    const expected: Record<string, unknown> = { ...(wanted.written.get(id) ?? was) }
    const is: Record<string, unknown> = { ...after.get(id) }
    if (wanted.written.has(id)) {
      if (!(String(is.updated_at) > String(was.updated_at))) faults.push(`account ${id} has no new time`)
      for (const one of [expected, is]) delete one.updated_at
      if (expected.local_id !== was.local_id) for (const one of [expected, is]) delete one.local_id_key
    }
    faults.push(...differences(`account ${id}`, expected, is))
  }
  const made = [...after.values()].filter((row) => !before.has(row.id))
  if (made.length !== wanted.created.length)
    faults.push(`${made.length} accounts made, ${wanted.created.length} previewed`)
  for (const { row, values, address } of wanted.created) {
    const is = made.find((one) => one.local_id === values.local_id)
    if (!is) {
      faults.push(`row ${row}: ${values.local_id} was not created`)
      continue
    }
    const fields = Object.fromEntries(PERSON_FIELDS.map((field) => [columnOf(field), is[columnOf(field)]]))
    const empty = Object.fromEntries(
      PERSON_FIELDS.map((field) => [columnOf(field), isFlag(field) ? false : null]),
    )
    faults.push(...differences(`row ${row}`, { ...empty, ...values }, fields))
    faults.push(
      ...differences(
        `row ${row}`,
        { version: 1, status: 'Active' },
        { version: is.version, status: is.status },
      ),
    )
    const given = addresses?.own.get(is.id)
    const mayDiffer = addresses?.others.has(address) // of which a plan tells nothing
    if (addresses && (mayDiffer ? unnumbered(given) !== unnumbered(address) : given !== address)) {
      faults.push(`row ${row}: the address is ${given}, previewed as ${address}`)
    }
  }
  return faults
}

function isFlag(field: string): boolean {
  return field.startsWith('hide')
}

function differences(
  where: string,
  expected: Record<string, unknown>,
  is: Record<string, unknown>,
): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(is)])
  return [...names].flatMap((name) =>
    expected[name] === is[name]
      ? []
      : [
          `${where}: ${name} is ${JSON.stringify(is[name])}, by the preview ${JSON.stringify(expected[name])}`,
        ],
  )
}

function compareOutcomes({ results }: Wanted, outcome: readonly UploadRow[], upload: Upload): string[] {
  const faults: string[] = []
  if (upload.status !== 'completed') faults.push(`the upload is ${upload.status}`)
  if (outcome.length !== results.size) faults.push(`${outcome.length} rows have outcomes, of ${results.size}`)
  const counted: Record<string, number> = Object.fromEntries(RESULT_NAMES.map((name) => [name, 0]))
  for (const { row, result, detail } of outcome) {
    count(counted, result ?? 'none')
    if (result !== results.get(row))
      faults.push(`row ${row}: ${result} (${detail}), expected ${results.get(row)}`)
  }
  return [...faults, ...differences('counts', counted, upload.results)]
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

type Addresses = { own: Map<number, string>; others: Set<string> }

async function readAddresses(client: Client, organisationId: number): Promise<Addresses> {
  const { rows } = await client.query<{ id: number; address: string; own: boolean; primary: boolean }>(
    `select account_id::integer as id, address, organisation_id = $1 as own, is_primary as "primary" from address`,
    [organisationId],
  )
  return {
    own: new Map(rows.filter(({ own, primary }) => own && primary).map(({ id, address }) => [id, address])),
    others: new Set(rows.filter(({ own }) => !own).map(({ address }) => address)),
  }
}

function unnumbered(address: string | undefined): string | undefined {
  return address?.replace(/\d+@/, '@')
}

function count(tally: Tally, what: string, times = 1): void {
  tally[what] = (tally[what] ?? 0) + times
}
