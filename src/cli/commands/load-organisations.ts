import type { Command } from 'commander'
import { count, number } from '../../words.ts'
import { agreed } from '../agreed.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { plain } from '../plan-text.ts'
import { type PortalClient, type PortalOptions, portalClient, speaksToPortal } from '../portal-client.ts'
import { patiently, sendTo, waitUntil } from '../upload-steps.ts'

type Options = PortalOptions & { yes?: boolean; json?: boolean }

type ListJson = {
  id: number
  status: 'checked' | 'queued' | 'completed' | 'failed'
  counts: { add: number; change: number; unchanged: number; error: number }
  done: number
  rows: { row: number; problem: string | null }[]
}

const LEFT_OUT = 2
const NOT_CONFIRMED = 3
const MOST_TOLD = 20

export function loadOrganisationsCommand(): Command {
  const load = command('load', {
    summary:
      'sends a list of organisations (code, name, postcode, open or closed), shows what it would do, and does it once you agree',
    example: 'muster organisation load trusts.xlsx',
    exitCodes: {
      2: 'It is done, but rows were left out.',
      3: 'It is checked but not applied: nobody agreed.',
    },
  })
    .argument('<file>', 'the list: .xlsx, .ods or CSV')
    .option('--yes', 'apply without asking')
    .action(run)
  return speaksToPortal(load)
}

async function run(file: string, options: Options): Promise<void> {
  const say = options.json ? () => {} : (text: string) => console.log(text)
  const portal = portalClient(options)
  const checked = await sendTo<ListJson>(portal, file, '/organisation-lists', {})
  const { add, change, unchanged, error } = checked.counts
  const path = `/organisation-lists/${checked.id}`
  say(
    `${count(add, 'organisation')} will be added, ${number(change)} changed; ${number(unchanged)} stay as they are.`,
  )
  if (error > 0)
    say(
      [`${count(error, 'row has errors', 'rows have errors')}:`, ...(await errors(portal, path))].join('\n'),
    )
  if (add + change === 0) return end(checked, options, error > 0 ? LEFT_OUT : 0)
  if (!options.yes && !(await agreed('Apply this?'))) {
    say(`Nothing was changed. It waits for you at ${portal.url}/organisations/load/${checked.id}`)
    return end(checked, options, NOT_CONFIRMED)
  }
  await patiently(() => portal.post(`${path}/confirmation`))
  const ended = await waitUntil<ListJson>(portal, path, ({ status }) => status !== 'queued')
  if (ended.status === 'failed') throw new Failure('It could not be applied, and nothing was changed.')
  say(`${count(ended.done, 'organisation')} added or changed.`)
  return end(ended, options, ended.done < add + change || error > 0 ? LEFT_OUT : 0)
}

function end(list: ListJson, { json }: Options, exitCode: number): void {
  if (json) console.log(JSON.stringify(list))
  process.exitCode = exitCode
}

async function errors(portal: PortalClient, path: string): Promise<string[]> {
  const { rows, counts } = await portal.get<ListJson>(`${path}?action=error&limit=${MOST_TOLD}`)
  const lines = rows.map(({ row, problem }) => `  row ${number(row)}: ${plain(problem ?? '')}`)
  return counts.error > rows.length ? [...lines, `  … and ${number(counts.error - rows.length)} more`] : lines
}
