import type { Command } from 'commander'
import type { z } from 'zod'
import type { ChangeSetAnswer } from '../../api/rest/change-sets/change-set-schema.ts'
import { planSentences, resultSentences } from '../../results/result-sentences.ts'
import { agreed } from '../agreed.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { plain } from '../plan-text.ts'
import { type PortalOptions, portalClient, speaksToPortal } from '../portal-client.ts'
import { saveFile } from '../save-file.ts'
import { patiently, waitWhile } from '../upload-steps.ts'
import { formatFor } from './report.ts'

type Options = PortalOptions & {
  yes?: boolean
  json?: boolean
  rows?: string
  fields?: string
  results?: string
}

type ChangeSetJson = Omit<z.output<typeof ChangeSetAnswer>, 'createdAt' | 'completedAt'>

const NOT_CONFIRMED = 3

export function undoCommand(): Command {
  const undo = command('undo', {
    summary:
      'takes a change back (an upload, an edit, another undo): shows what would go back, and does it once you agree',
    example: 'muster undo 42',
    exitCodes: {
      2: 'It is taken back, but rows failed.',
      3: 'It is planned but not applied: nobody agreed, or it waits for another person’s agreement.',
    },
  })
    .argument('<id>', 'the number of the upload or other change')
    .option('--rows <numbers>', 'only these rows of it, such as 2,17')
    .option('--fields <names>', 'only these fields, such as jobTitle,department')
    .option('--yes', 'apply without asking')
    .option('--results <file>', 'where to save what became of each field')
    .action(run)
  return speaksToPortal(undo)
}

async function run(id: string, options: Options): Promise<void> {
  if (!/^\d{1,15}$/.test(id))
    throw new Failure(`“${plain(id)}” is no number of a change. Take it from its page.`)
  const say = options.json ? () => {} : (text: string) => console.log(text)
  const portal = portalClient(options)
  const selection = {
    ...(options.rows ? { rows: options.rows.split(',').map(Number) } : {}),
    ...(options.fields ? { fields: options.fields.split(',') } : {}),
  }
  const begun = await portal.postJson<ChangeSetJson>(`/change-sets/${id}/undo`, selection)
  const planned = await waitWhile<ChangeSetJson>(
    portal,
    `/change-sets/${begun.id}`,
    ['checking'],
    'Preparing',
  )
  const page = `${portal.url}/changes/${planned.id}`
  say([...planSentences({ kind: 'undo', counts: planned.counts }), `Every field: ${page}`].join('\n'))
  if (planned.status === 'checked' && !options.yes && !(await agreed('Take it back?'))) {
    say(`Nothing was changed. It waits for you at ${page}`)
    if (options.json) console.log(JSON.stringify(planned))
    process.exitCode = NOT_CONFIRMED
    return
  }
  if (planned.status === 'checked')
    await patiently(() => portal.post(`/change-sets/${planned.id}/confirmation`))
  const done = await waitWhile<ChangeSetJson>(
    portal,
    `/change-sets/${planned.id}`,
    ['queued', 'applying'],
    'Applying',
  )
  if (done.status === 'awaiting-agreement') {
    say(`Another person must agree to this: they have been asked. ${page}`)
    if (options.json) console.log(JSON.stringify(done))
    process.exitCode = NOT_CONFIRMED
    return
  }
  if (options.results && done.status !== 'failed')
    await saveFile(
      await portal.download(`/change-sets/${done.id}/results.${formatFor(options.results)}`),
      options.results,
    )
  if (options.json) console.log(JSON.stringify(done))
  if (done.status === 'failed') throw new Failure(plain(done.reason ?? 'It could not be taken back.'))
  const told = resultSentences({ kind: 'undo', results: done.results })
  say(told.length > 0 ? told.join('\n') : 'Nothing was changed')
  process.exitCode = (done.results.failed ?? 0) > 0 ? 2 : 0
}
