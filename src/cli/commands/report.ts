import { type Command, Option } from 'commander'
import { PARAMETER_NAMES, PARAMETERS, type ParameterName } from '../../reports/parameters.ts'
import { answer, command } from '../command.ts'
import { type PortalOptions, portalClient, speaksToPortal } from '../portal-client.ts'
import { saveFile } from '../save-file.ts'

export function reportCommand(): Command {
  const report = command('report', {
    summary: 'saves a report as a workbook or CSV; “muster reports” lists them',
    example: 'muster report mailbox --organisation RX1 -o mailbox-report.csv',
  })
    .argument('<name>', 'which, such as mailbox')
    .requiredOption('--organisation <code>', 'of which organisation')
    .requiredOption('-o, --output <file>', OUTPUT)
    .addOption(formatOption(['csv', 'xlsx', 'machine']))
  for (const name of PARAMETER_NAMES) report.option(`--${name} <${WORDS[name] ?? 'text'}>`, describe(name))
  report.action((name: string, options: ReportOptions) =>
    saveReport(`/reports/${encodeURIComponent(name)}`, options, parametersOf(options)),
  )
  return speaksToPortal(report)
}

export type FileOptions = PortalOptions & {
  organisation: string
  output: string
  format?: Format
  json?: boolean
}

type ReportOptions = FileOptions & { [name in ParameterName]?: string }

type Format = 'csv' | 'xlsx' | 'machine'

export const OUTPUT = 'where to save it; a name that ends with .xlsx for a workbook, - for standard output'

export function formatOption(formats: readonly Format[] = ['csv', 'xlsx']): Option {
  const machine = formats.includes('machine') ? '; machine: CSV for a program, no apostrophes' : ''
  return new Option('--format <format>', `instead of what the name of the file says${machine}`).choices(
    formats,
  )
}

/** What a file is to be, by its name where nobody says so. */
export function formatFor(path: string, format?: Format): Format {
  return format ?? (/\.xlsx$/i.test(path) ? 'xlsx' : 'csv')
}

/** Downloads one of the organisation's files through the API of a running portal. */
export async function saveReport(
  path: string,
  options: FileOptions,
  parameters: Record<string, string> = {},
): Promise<void> {
  const format = formatFor(options.output, options.format)
  const query = new URLSearchParams({
    organisation: options.organisation,
    ...parameters,
    ...(format === 'machine' ? { for: 'machines' } : {}),
  })
  const type = format === 'xlsx' ? 'xlsx' : 'csv'
  const content = await portalClient(options).download(`${path}.${type}?${query}`)
  const bytes = await saveFile(content, options.output)
  if (options.output !== '-') answer(options, { file: options.output, bytes }, `Saved ${options.output}.`)
}

const WORDS: Partial<Record<ParameterName, string>> = { from: 'day', to: 'day', site: 'name', unit: 'name' }

function describe(name: ParameterName): string {
  const { label, hint, choices } = PARAMETERS[name]
  const more = choices?.map(([value]) => value).join(', ') ?? hint?.toLowerCase()
  return more === undefined ? label.toLowerCase() : `${label.toLowerCase()}: ${more}`
}

function parametersOf(options: ReportOptions): Record<string, string> {
  return Object.fromEntries(
    PARAMETER_NAMES.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  )
}
