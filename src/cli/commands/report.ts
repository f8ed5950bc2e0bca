import { Command } from 'commander'
import { answer, command } from '../command.ts'
import { type PortalOptions, portalClient, speaksToPortal } from '../portal-client.ts'
import { saveFile } from '../save-file.ts'

export function reportCommand(): Command {
  const mailbox = command('mailbox', {
    summary: 'saves the Mailbox Report of an organisation',
    example: 'muster report mailbox --organisation RX1 -o mailbox-report.csv',
  })
    .requiredOption('--organisation <code>', 'whose accounts')
    .requiredOption('-o, --output <file>', 'where to save it; - for standard output')
    .action((options: FileOptions) => saveReport('/reports/mailbox.csv', options))
  return new Command('report').summary('saves a report as CSV').addCommand(speaksToPortal(mailbox))
}

export type FileOptions = PortalOptions & { organisation: string; output: string; json?: boolean }

/** Downloads one of the organisation's files through the API of a running portal. */
export async function saveReport(path: string, options: FileOptions): Promise<void> {
  const query = new URLSearchParams({ organisation: options.organisation })
  const content = await portalClient(options).download(`${path}?${query}`)
  const bytes = await saveFile(content, options.output)
  if (options.output !== '-') answer(options, { file: options.output, bytes }, `Saved ${options.output}.`)
}
