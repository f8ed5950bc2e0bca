import { join, parse } from 'node:path'
import type { Command } from 'commander'
import { isEnded, type Status } from '../../changes/status.ts'
import { actWords } from '../../uploads/act-words.ts'
import { agreed } from '../agreed.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { changesOf, plain, planText, type RowJson, resultText, type UploadJson } from '../plan-text.ts'
import { type PortalClient, type PortalOptions, portalClient, speaksToPortal } from '../portal-client.ts'
import { readMap } from '../read-map.ts'
import { saveFile } from '../save-file.ts'
import { patiently, sendFile, waitWhile } from '../upload-steps.ts'
import { formatFor } from './report.ts'

type Options = PortalOptions & {
  organisation: string
  mode: string
  divide?: boolean
  note?: string
  sheet?: string
  map?: Record<string, string | null>
  yes?: boolean
  acceptWarnings?: boolean
  results?: string
  json?: boolean
}

const ROWS_FAILED = 2
const NOT_CONFIRMED = 3
const HAS_WARNINGS = 4
const SHOWN_ERRORS = 10

export function uploadCommand(): Command {
  const upload = command('upload', {
    summary:
      'sends a spreadsheet or CSV file to a running portal, shows what it would change, and applies it once you agree',
    example: 'muster upload people.csv --organisation RX1 --mode update --results results.csv',
    exitCodes: {
      0: 'The file is applied and no row failed.',
      1: 'The file was rejected, or something else went wrong; standard error says what.',
      2: 'The file is applied, but rows failed or were left out with errors.',
      3: 'The file is checked but not applied: nobody agreed, or it waits for another person’s agreement.',
      4: 'The file is checked but not applied: it has warnings, and --accept-warnings was not given.',
    },
  })
    .argument('<file>', 'the file: .xlsx, .ods or CSV')
    .requiredOption('--organisation <code>', 'whose accounts')
    .option('--mode <mode>', 'what it may do: update, create or both', 'update')
    .option('--divide', 'rows that name another organisation become an upload of that one')
    .option('--note <text>', 'what colleagues should know of it, up to 500 characters')
    .option('--sheet <name>', 'which sheet of a workbook; without it, the first that has headings')
    .option('--map <heading=field>', 'what a column is, once for each; "Heading=" leaves it out', readMap)
    .option('--yes', 'apply without asking, where the check has no warnings')
    .option('--accept-warnings', 'with --yes: apply in spite of warnings')
    .option(
      '--results <file>',
      'where to save the results file; one that ends with .xlsx is a workbook; of a divided file one for each organisation too',
    )
    .action(run)
  return speaksToPortal(upload)
}

async function run(file: string, options: Options): Promise<void> {
  const say = options.json ? () => {} : (text: string) => console.log(text)
  const portal = portalClient(options)
  const { organisation, mode, divide, note, sheet, map } = options
  const said = {
    ...{ organisation, mode, ...(divide && { divide: 'true' }), ...(note && { note }) },
    ...{ ...(sheet && { sheet }), ...(map && { mapping: JSON.stringify(map) }) },
  }
  const sent = await sendFile(portal, file, said)
  const checked = await waitWhile<UploadJson>(portal, `/uploads/${sent.id}`, ['checking'], 'Checking')
  if (checked.parts.length < 2) return carry(portal, checked, options, say)
  let worst = 0
  for (const part of checked.parts) {
    const upload = await waitWhile<UploadJson>(portal, `/uploads/${part.id}`, ['checking'], 'Checking')
    say(`\n${part.organisation}:`)
    if (upload.status === 'rejected') say(plain(upload.reason ?? 'None of its rows could be used.'))
    else await carry(portal, upload, { ...options, ...resultsOf(part.organisation, options) }, say)
    worst = Math.max(worst, Number(process.exitCode ?? 0))
  }
  if (options.results) await saveWhole(portal, sent.id, options.results)
  process.exitCode = worst
}

/** The file as it was sent, with the results of all: once the upload of each organisation has ended. */
async function saveWhole(portal: PortalClient, id: number, path: string): Promise<void> {
  const { parts } = await portal.get<UploadJson>(`/uploads/${id}`)
  if (
    parts.every(({ status }) => isEnded(status as Status)) &&
    parts.some(({ status }) => status !== 'rejected')
  )
    await saveFile(await portal.download(`/uploads/${id}/parts/results.${formatFor(path)}`), path)
}

/** Each organisation's results are a file of their own: results-RX1.csv. */
function resultsOf(code: string, { results }: Options): { results?: string } {
  if (!results) return {}
  const { dir, name, ext } = parse(results)
  return { results: join(dir, `${name}-${code}${ext}`) }
}

/** Shows a checked upload's plan, asks, has it applied, and tells what came of it. */
async function carry(
  portal: PortalClient,
  checked: UploadJson,
  options: Options,
  say: (text: string) => void,
): Promise<void> {
  if (checked.status !== 'checked') return end(checked, options, say)
  say(planText(checked, await firstErrors(portal, checked), `${portal.url}/uploads/${checked.id}`))

  if (options.yes && !options.acceptWarnings && hasWarnings(checked)) {
    say(`The file has warnings, so nothing was changed. Look at them at ${portal.url}/uploads/${checked.id}`)
    say('and go on there, or send the file again with --accept-warnings.')
    return end(checked, options, () => {}, HAS_WARNINGS)
  }
  if (!options.yes && !(await agreed(question(checked)))) {
    say(`Nothing was changed. Upload ${checked.id} waits for you at ${portal.url}/uploads/${checked.id}`)
    return end(checked, options, () => {}, NOT_CONFIRMED)
  }
  await patiently(() => portal.post(`/uploads/${checked.id}/confirmation`))
  const applied = await waitWhile<UploadJson>(
    portal,
    `/uploads/${checked.id}`,
    ['queued', 'applying'],
    'Applying',
  )
  if (applied.status === 'awaiting-agreement') {
    say(`Another person must agree to this: they have been asked. ${portal.url}/uploads/${applied.id}`)
    return end(applied, options, () => {}, NOT_CONFIRMED)
  }
  if (options.results && applied.status !== 'failed') {
    await saveFile(
      await portal.download(`/uploads/${applied.id}/results.${formatFor(options.results)}`),
      options.results,
    )
  }
  end(applied, options, say)
}

async function firstErrors(portal: PortalClient, { id, counts }: UploadJson): Promise<RowJson[]> {
  if (counts.error === 0) return []
  return (await portal.get<{ rows: RowJson[] }>(`/uploads/${id}/rows?action=error&limit=${SHOWN_ERRORS}`))
    .rows
}

function hasWarnings({ counts, warnings }: UploadJson): boolean {
  return warnings.length + counts.warned + counts.differentPerson + counts.conflict > 0
}

function question(upload: UploadJson): string {
  const changes = changesOf(upload)
  return changes === 0
    ? 'It changes nothing. Finish it, so that there is a results file?'
    : `${actWords(upload.counts)}?`
}

function end(upload: UploadJson, options: Options, say: (text: string) => void, exitCode?: number): void {
  if (options.json) console.log(JSON.stringify(upload))
  if (upload.status === 'rejected' || upload.status === 'failed') {
    const reason =
      upload.reason ?? `The upload could not be ${upload.status === 'failed' ? 'applied' : 'used'}.`
    throw new Failure(plain(reason))
  }
  say(resultText(upload))
  const failed = upload.status === 'cancelled' ? 1 : upload.results.failed > 0 ? ROWS_FAILED : 0
  process.exitCode = exitCode ?? failed
}
