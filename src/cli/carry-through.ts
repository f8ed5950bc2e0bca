import type { z } from 'zod'
import type { ChangeSetAnswer } from '../api/rest/change-sets/change-set-schema.ts'
import { planSentences, resultSentences } from '../results/result-sentences.ts'
import { agreed } from './agreed.ts'
import { formatFor } from './commands/report.ts'
import { Failure } from './failure.ts'
import { plain } from './plan-text.ts'
import type { PortalClient, PortalOptions } from './portal-client.ts'
import { saveFile } from './save-file.ts'
import { patiently, waitWhile } from './upload-steps.ts'

export type ChangeSetJson = Omit<z.output<typeof ChangeSetAnswer>, 'createdAt' | 'completedAt'>

export type CarryOptions = PortalOptions & { yes?: boolean; json?: boolean; results?: string }

/** What one is asked, and what to say when it came to nothing, and how the rows that can't be are shown. */
type Words = { question: string; failed: string; details?: (planned: ChangeSetJson) => Promise<string[]> }

const NOT_CONFIRMED = 3

/**
 * Sees a change set through that was begun: shows its plan, asks, has it applied, and tells what came of it. Sets the exit
 * code: 2 where rows failed, 3 where nobody agreed.
 */
export async function carryThrough(
  portal: PortalClient,
  begun: ChangeSetJson,
  options: CarryOptions,
  { question, failed, details }: Words,
): Promise<void> {
  const say = options.json ? () => {} : (text: string) => console.log(text)
  const path = `/change-sets/${begun.id}`
  const planned = await waitWhile<ChangeSetJson>(portal, path, ['checking'], 'Preparing')
  const page = `${portal.url}/changes/${planned.id}`
  const told = details ? await details(planned) : []
  say([...planSentences(planOf(planned)), ...told, `Every field: ${page}`].join('\n'))
  if (planned.status === 'checked' && !options.yes && !(await agreed(question))) {
    say(`Nothing was changed. It waits for you at ${page}`)
    if (options.json) console.log(JSON.stringify(planned))
    process.exitCode = NOT_CONFIRMED
    return
  }
  if (planned.status === 'checked') await patiently(() => portal.post(`${path}/confirmation`))
  const done = await waitWhile<ChangeSetJson>(portal, path, ['queued', 'applying'], 'Applying')
  if (done.status === 'awaiting-agreement') {
    say(`Another person must agree to this: they have been asked. ${page}`)
    if (options.json) console.log(JSON.stringify(done))
    process.exitCode = NOT_CONFIRMED
    return
  }
  if (options.results && done.status !== 'failed') {
    const format = formatFor(options.results)
    await saveFile(await portal.download(`${path}/results.${format}`), options.results)
  }
  if (options.json) console.log(JSON.stringify(done))
  if (done.status === 'failed') throw new Failure(plain(done.reason ?? failed))
  const outcome = resultSentences(planOf(done))
  say(outcome.length > 0 ? outcome.join('\n') : 'Nothing was changed')
  process.exitCode = (done.results.failed ?? 0) > 0 ? 2 : 0
}

function planOf({ kind, action, value, fields, counts, results }: ChangeSetJson) {
  const [field] = fields
  const deed = action === null ? null : { action, value, ...(field === undefined ? {} : { field }) }
  return { kind, deed, counts, results }
}
