import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { z } from 'zod'
import type { ChangeSetAnswer } from '../../api/rest/change-sets/change-set-schema.ts'
import { resultSentences } from '../../results/result-sentences.ts'
import { transferPlanSentences } from '../../results/transfer-sentences.ts'
import { agreed } from '../agreed.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { newLocalIdsIn } from '../new-local-ids.ts'
import { plain } from '../plan-text.ts'
import { type PortalOptions, portalClient, speaksToPortal } from '../portal-client.ts'
import { patiently, waitWhile } from '../upload-steps.ts'

type Options = PortalOptions & {
  from: string
  to: string
  site?: string
  unit?: string
  localIds?: string
  file?: string
  newLocalId?: string[]
  yes?: boolean
  json?: boolean
}

type ChangeSetJson = Omit<z.output<typeof ChangeSetAnswer>, 'createdAt' | 'completedAt'>

const NOT_CONFIRMED = 3

export function transferCommand(): Command {
  const transfer = command('transfer', {
    summary:
      'moves people to another organisation, site or unit: shows who can go, and does it once you agree',
    example: 'muster transfer --from RX1 --to ZN1 --local-ids 1001,1002 --site "North House"',
    exitCodes: {
      2: 'It is done, but people could not be moved.',
      3: 'It is planned but not applied: nobody agreed, or somebody else’s agreement is asked for.',
    },
  })
    .requiredOption('--from <code>', 'the organisation where they are')
    .requiredOption('--to <code>', 'where they go; the same where only site or unit changes')
    .option('--site <name>', 'their site there')
    .option('--unit <name>', 'their organisational unit there')
    .option('--local-ids <ids>', 'whom, with commas between')
    .option('--file <file>', 'whom: a text file with one local ID a line')
    .option('--new-local-id <old=new...>', 'what somebody’s local ID becomes, such as 1001=Z-7')
    .option('--yes', 'apply without asking')
    .action(run)
  return speaksToPortal(transfer)
}

async function run(options: Options): Promise<void> {
  const say = options.json ? () => {} : (text: string) => console.log(text)
  const portal = portalClient(options)
  const begun = await portal.postJson<ChangeSetJson>('/transfers', await wanted(options))
  const path = `/change-sets/${begun.id}`
  const planned = await waitWhile<ChangeSetJson>(portal, path, ['checking'], 'Preparing')
  const page = `${portal.url}/changes/${planned.id}`
  say([...planWords(planned), `Everybody: ${page}`].join('\n'))
  const canGo = planned.status === 'checked' && planned.counts.update > 0
  if (canGo && !options.yes && !(await agreed('Transfer them?'))) {
    say(`Nothing was changed. It waits for you at ${page}`)
    if (options.json) console.log(JSON.stringify(planned))
    process.exitCode = NOT_CONFIRMED
    return
  }
  if (canGo) await patiently(() => portal.post(`${path}/confirmation`))
  const done = await waitWhile<ChangeSetJson>(portal, path, ['queued', 'applying'], 'Applying')
  if (options.json) console.log(JSON.stringify(done))
  if (done.status === 'failed') throw new Failure(plain(done.reason ?? 'They could not be transferred.'))
  if (done.status === 'awaiting-agreement') say(`It waits for somebody else’s agreement: ${page}`)
  const told = resultSentences({ kind: 'transfer', results: done.results })
  say(told.length > 0 ? told.join('\n') : 'Nothing was changed yet')
  process.exitCode = exitCodeOf(done)
}

function exitCodeOf({ status, results, counts }: ChangeSetJson): number {
  if (status !== 'completed') return NOT_CONFIRMED
  return (results.failed ?? 0) > 0 || counts.error > 0 ? 2 : 0
}

function planWords({ counts, organisation, counterpart }: ChangeSetJson): string[] {
  return transferPlanSentences({
    counts,
    target: counterpart ?? organisation,
    isWithin: counterpart === null,
  })
}

async function wanted({ from, to, site, unit, localIds, file, newLocalId = [] }: Options): Promise<object> {
  const listed = [
    ...(localIds?.split(',') ?? []),
    ...(file ? (await readFile(file, 'utf8')).split(/\r?\n/) : []),
  ]
  const ids = listed.map((each) => each.trim()).filter((each) => each !== '')
  if (ids.length === 0)
    throw new Failure('Say whom: --local-ids 1001,1002, or --file with one local ID a line.')
  return {
    ...{ from, to, accounts: { localIds: ids } },
    ...(site ? { site } : {}),
    ...(unit ? { organisationalUnit: unit } : {}),
    ...(newLocalId.length > 0 ? { newLocalIds: newLocalIdsIn(newLocalId) } : {}),
  }
}
