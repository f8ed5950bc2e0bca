import { Command, Option } from 'commander'
import { answer, command } from '../command.ts'
import { type PortalOptions, portalClient, speaksToPortal } from '../portal-client.ts'
import { saveFile } from '../save-file.ts'

export function reportCommand(): Command {
  return new Command('report')
    .summary('saves a report as a workbook or CSV')
    .addCommand(reportOf('mailbox', 'saves the Mailbox Report of an organisation', 'mailbox-report.csv'))
    .addCommand(reportOf('due', 'saves what becomes of whom within seven days', 'due.csv'))
}

function reportOf(name: 'mailbox' | 'due', summary: string, file: string): Command {
  const example = `muster report ${name} --organisation RX1 -o ${file}`
  const saves = command(name, { summary, example })
    .requiredOption('--organisation <code>', 'whose accounts')
    .requiredOption('-o, --output <file>', OUTPUT)
    .addOption(formatOption())
    .action((options: FileOptions) => saveReport(`/reports/${name}`, options))
  return speaksToPortal(saves)
}

export type FileOptions = PortalOptions & {
  organisation: string
  output: string
  format?: Format
  json?: boolean
}

const FORMATS = ['csv', 'xlsx'] as const
type Format = (typeof FORMATS)[number]

export const OUTPUT = 'where to save it; a name that ends with .xlsx for a workbook, - for standard output'

export function formatOption(): Option {
  return new Option('--format <format>', 'instead of what the name of the file says').choices(FORMATS)
}

/** What a file is to be, by its name where nobody says so. */
export function formatFor(path: string, format?: Format): Format {
  return format ?? (/\.xlsx$/i.test(path) ? 'xlsx' : 'csv')
}

/** Downloads one of the organisation's files through the API of a running portal. */
export async function saveReport(path: string, options: FileOptions): Promise<void> {
  const query = new URLSearchParams({ organisation: options.organisation })
  const content = await portalClient(options).download(
    `${path}.${formatFor(options.output, options.format)}?${query}`,
  )
  const bytes = await saveFile(content, options.output)
  if (options.output !== '-') answer(options, { file: options.output, bytes }, `Saved ${options.output}.`)
}
