import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { localIdsIn, localIdsOfFile } from '../../actions/read-local-ids.ts'
import { BULK_ACTION_NAMES, BULK_ACTIONS, type BulkAction } from '../../changes/bulk-actions.ts'
import { ACCOUNT_STATUSES } from '../../directory/account.ts'
import type { AccountSelection } from '../../directory/selection.ts'
import { number } from '../../words.ts'
import { type CarryOptions, type ChangeSetJson, carryThrough } from '../carry-through.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { plain, type RowJson } from '../plan-text.ts'
import { type PortalClient, portalClient, speaksToPortal } from '../portal-client.ts'

type Options = CarryOptions & {
  organisation: string
  localIds?: string
  ids?: string
  file?: string
  search?: string
  status?: (typeof ACCOUNT_STATUSES)[number]
  everybody?: boolean
  field?: string
  value?: string
  empty?: boolean
}

/** Of those who can't be, so many are told. */
const MOST_TOLD = 20

export function actionCommand(): Command {
  const action = command('action', {
    summary: `does something with many accounts (${BULK_ACTION_NAMES.join(', ')}): shows whom it is about, and does it once you agree`,
    example: 'muster action disable --organisation RX1 --local-ids A17,B4',
    exitCodes: {
      2: 'It is done, but with some accounts it couldn’t be.',
      3: 'It is planned but not applied: nobody agreed, or it waits for another person’s agreement.',
    },
  })
    .argument('<action>', `one of: ${BULK_ACTION_NAMES.join(', ')}`)
    .requiredOption('--organisation <code>', 'whose accounts')
    .option('--local-ids <list>', 'those with these local IDs, separated by commas')
    .option('--file <file>', 'those whose local IDs stand in this workbook, text or CSV file')
    .option('--ids <list>', 'those with these account IDs, separated by commas')
    .option('--search <words>', 'those whom a search for these words finds')
    .addOption(new Option('--status <status>', 'those of this status').choices(ACCOUNT_STATUSES))
    .option('--everybody', 'all accounts but deleted ones')
    .option('--field <name>', 'of set: which field, such as jobTitle')
    .option('--value <text>', 'of set: its new value')
    .option('--empty', 'of set: empties the field')
    .option('--yes', 'apply without asking')
    .option('--results <file>', 'where to save what became of each account')
    .action(run)
  return speaksToPortal(action)
}

async function run(name: string, options: Options): Promise<void> {
  const action = BULK_ACTION_NAMES.find((each) => each === name)
  if (!action)
    throw new Failure(`“${plain(name)}” is no action. The actions are: ${BULK_ACTION_NAMES.join(', ')}.`)
  const portal = portalClient(options)
  const query = new URLSearchParams({ organisation: options.organisation })
  const begun = await portal.postJson<ChangeSetJson>(`/actions?${query}`, {
    ...{ action, accounts: await selectionOf(options) },
    ...settingOf(action, options),
  })
  await carryThrough(portal, begun, options, {
    question: `${BULK_ACTIONS[action].title}?`,
    failed: 'It could not be done.',
    details: (planned) => whoCannot(portal, planned),
  })
}

async function selectionOf(options: Options): Promise<AccountSelection> {
  const { localIds, file, ids, search, status, everybody } = options
  const isFilter = search !== undefined || status !== undefined || everybody === true
  const said = [localIds, file, ids].filter((each) => each !== undefined).length + (isFilter ? 1 : 0)
  if (said !== 1) {
    throw new Failure(
      'Say whom it is about in one way: --local-ids, --file or --ids, or --search and --status, or --everybody.',
    )
  }
  if (localIds !== undefined) return { localIds: localIdsIn(localIds) }
  if (ids !== undefined) return { ids: ids.split(',').map(Number) }
  if (file !== undefined) return { localIds: await localIdsFrom(file) }
  return { filter: { ...(search === undefined ? {} : { search }), ...(status ? { status } : {}) } }
}

async function localIdsFrom(path: string): Promise<string[]> {
  const bytes = await readFile(path).catch((cause) => {
    throw new Failure(`The file ${path} can’t be read.`, { cause })
  })
  return localIdsOfFile([bytes])
}

function settingOf(action: BulkAction, { field, value, empty }: Options): object {
  if (action !== 'set') return {}
  if (field === undefined || (value === undefined) !== (empty === true))
    throw new Failure('To set a field, say --field NAME, and --value TEXT or --empty.')
  return { field, value: empty ? null : value }
}

/** Those who can't be, with why. */
async function whoCannot(portal: PortalClient, { id, counts }: ChangeSetJson): Promise<string[]> {
  if (counts.error === 0) return []
  type Row = RowJson & { localId: string | null; accountId: number | null }
  const { rows } = await portal.get<{ rows: Row[] }>(
    `/change-sets/${id}/rows?action=error&limit=${MOST_TOLD}`,
  )
  const lines = rows.flatMap(({ localId, accountId, problems }) =>
    problems.map(({ message }) => {
      const who = localId ?? (accountId === null ? null : `account ${accountId}`)
      return `  ${who === null ? '' : `${plain(who)}: `}${plain(message)}`
    }),
  )
  return counts.error > rows.length ? [...lines, `  … and ${number(counts.error - rows.length)} more`] : lines
}
