import { type Command, Option } from 'commander'
import { KINDS } from '../../changes/kinds.ts'
import { STATUSES } from '../../changes/status.ts'
import { number } from '../../words.ts'
import type { ChangeSetJson } from '../carry-through.ts'
import { answer, command } from '../command.ts'
import { type PortalOptions, portalClient, speaksToPortal } from '../portal-client.ts'
import { moment, type TimeZoneOption, table, tellsTimes, zoneOf } from '../table.ts'

type Options = PortalOptions &
  TimeZoneOption & {
    organisation?: string
    kind?: string
    status?: string
    limit: string
    json?: boolean
  }

type Listed = ChangeSetJson & { createdAt: string }

export function changeSetsCommand(): Command {
  const list = command('change-sets', {
    summary: 'lists whatever changed accounts, or would: uploads, edits, actions, undos; the newest first',
    example: 'muster change-sets --organisation RX1 --status checked',
  })
    .option('--organisation <code>', 'whose; without, of all in which you may see them')
    .addOption(new Option('--kind <kind>', 'only those of this kind').choices(Object.keys(KINDS)))
    .addOption(new Option('--status <status>', 'only those of this status').choices(STATUSES))
    .option('--limit <number>', 'how many at most', '20')
    .action(run)
  return tellsTimes(speaksToPortal(list))
}

async function run({ organisation, kind, status, limit, ...options }: Options): Promise<void> {
  const wanted = Object.entries({ organisation, kind, status, limit }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  )
  const query = new URLSearchParams(wanted)
  const { changeSets } = await portalClient(options).get<{ changeSets: Listed[] }>(`/change-sets?${query}`)
  answer(
    options,
    changeSets,
    changeSets.length === 0 ? 'There are none.' : tableOf(changeSets, zoneOf(options)),
  )
}

function tableOf(sets: readonly Listed[], zone: string): string {
  return table(
    ['ID', 'KIND', 'ORGANISATION', 'STATUS', 'ACCOUNTS', 'BY', `BEGUN (${zone})`],
    sets.map((set) => [
      String(set.id),
      set.action ?? set.kind,
      set.organisation,
      set.status,
      number(set.counts.update + set.counts.create + set.counts.withdraw),
      set.createdBy,
      moment(new Date(set.createdAt), zone),
    ]),
  )
}
