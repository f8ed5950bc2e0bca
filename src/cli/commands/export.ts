import type { Command } from 'commander'
import { command } from '../command.ts'
import { speaksToPortal } from '../portal-client.ts'
import { type FileOptions, saveReport } from './report.ts'

export function exportCommand(): Command {
  const exporting = command('export', {
    summary: 'saves the accounts of an organisation under the upload’s own headings, to edit and send back',
    example: 'muster export --organisation RX1 -o accounts.csv',
  })
    .requiredOption('--organisation <code>', 'whose accounts')
    .requiredOption('-o, --output <file>', 'where to save it; - for standard output')
    .action((options: FileOptions) => saveReport('/reports/upload-file.csv', options))
  return speaksToPortal(exporting)
}
