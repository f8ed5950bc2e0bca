import type { Command } from 'commander'
import { command } from '../command.ts'
import { speaksToPortal } from '../portal-client.ts'
import { type FileOptions, formatOption, OUTPUT, saveReport } from './report.ts'

export function exportCommand(): Command {
  const exporting = command('export', {
    summary: 'saves the accounts of an organisation under the upload’s own headings, to edit and send back',
    example: 'muster export --organisation RX1 -o accounts.xlsx',
  })
    .requiredOption('--organisation <code>', 'whose accounts')
    .requiredOption('-o, --output <file>', OUTPUT)
    .addOption(formatOption())
    .action((options: FileOptions) => saveReport('/reports/upload-file', options))
  return speaksToPortal(exporting)
}
