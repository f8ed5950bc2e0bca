import type { Command } from 'commander'
import { count } from '../../words.ts'
import { type ChangeSetJson, carryThrough } from '../carry-through.ts'
import { answer, command } from '../command.ts'
import { Failure } from '../failure.ts'
import { plain } from '../plan-text.ts'
import { type PortalClient, type PortalOptions, portalClient, speaksToPortal } from '../portal-client.ts'
import { table } from '../table.ts'
import { waitWhile } from '../upload-steps.ts'

type Options = PortalOptions & {
  organisation: string
  search?: boolean
  notSame?: string
  undecided?: string
  keep?: string
  other?: string
  limit: string
  yes?: boolean
  json?: boolean
}

type AccountJson = { id: number; localId: string | null; displayName: string }
type SearchJson = { status: string; progress: { done: number; total: number }; reason: string | null }
type DuplicatesJson = {
  duplicates: { accounts: AccountJson[]; reason: string }[]
  counts: { open: number }
  search: SearchJson | null
}

export function duplicatesCommand(): Command {
  const duplicates = command('duplicates', {
    summary: 'lists accounts that are likely to be of one person, or says of two whether they are',
    example: 'muster duplicates --organisation RX1 --search',
    exitCodes: { 3: 'One is to become a leaver, but nobody confirmed that yet.' },
  })
    .requiredOption('--organisation <code>', 'whose accounts')
    .option('--search', 'compare all accounts first, and wait until that is done')
    .option('--not-same <ids>', 'these two account IDs, with a comma between, are two people')
    .option('--undecided <ids>', 'take back that these two are two people')
    .option('--keep <id>', 'keep this account, and mark that of --other as a leaver')
    .option('--other <id>', 'the account that isn’t kept')
    .option('--limit <number>', 'how many pairs to list at most', '20')
    .option('--yes', 'mark as a leaver without asking')
    .action(run)
  return speaksToPortal(duplicates)
}

async function run(options: Options): Promise<void> {
  const portal = portalClient(options)
  const query = new URLSearchParams({ organisation: options.organisation })
  const settle = (body: object) =>
    portal.postJson<{ changeSet: number | null }>(`/duplicates/decisions?${query}`, body)
  const { notSame, undecided, keep, other } = options
  if (notSame !== undefined) {
    const told = await settle({ accounts: pairOf(notSame), decision: 'not-same' })
    return answer(options, told, 'It is remembered that they are not the same person.')
  }
  if (undecided !== undefined) {
    const told = await settle({ accounts: pairOf(undecided), decision: 'undecided' })
    return answer(options, told, 'The two are possible duplicates again.')
  }
  if (keep === undefined) return list(portal, query, options)
  if (other === undefined) throw new Failure('Say with --other which account isn’t kept.')
  const accounts = [keep, other].map(Number)
  const { changeSet } = await settle({ accounts, decision: 'same', keep: Number(keep) })
  const begun = await portal.get<ChangeSetJson>(`/change-sets/${changeSet}`)
  await carryThrough(portal, begun, options, {
    question: `Mark account ${plain(other)} as a leaver?`,
    failed: 'It could not be done.',
  })
}

function pairOf(text: string): number[] {
  const ids = text.split(',').map(Number)
  if (ids.length === 2) return ids
  throw new Failure('Name two account IDs, with a comma between, such as 17,18.')
}

async function list(portal: PortalClient, query: URLSearchParams, options: Options): Promise<void> {
  if (options.search) await search(portal, query)
  const found = await portal.get<DuplicatesJson>(`/duplicates?${query}&limit=${options.limit}`)
  answer(options, found, wordsOf(found))
}

async function search(portal: PortalClient, query: URLSearchParams): Promise<void> {
  const path = `/duplicates/search?${query}`
  await portal.post(path)
  const { status, reason } = await waitWhile<SearchJson>(portal, path, ['running'], 'Comparing')
  if (status === 'failed') throw new Failure(plain(reason ?? 'The search failed.'))
}

function wordsOf({ duplicates, counts, search }: DuplicatesJson): string {
  if (search === null) return 'Nobody has searched yet: add --search.'
  if (duplicates.length === 0) return 'Nobody seems to be in the directory twice.'
  const rows = duplicates.map(({ accounts, reason }) => [
    ...accounts.map(({ id, localId, displayName }) => plain(`${id} ${displayName} ${localId ?? ''}`.trim())),
    plain(reason),
  ])
  return `${count(counts.open, 'pair')}\n${table(['ACCOUNT', 'MAY BE THE SAME AS', 'THEY HAVE'], rows)}`
}
