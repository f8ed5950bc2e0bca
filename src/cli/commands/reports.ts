import type { Command } from 'commander'
import { answer, command } from '../command.ts'
import { type PortalOptions, portalClient, speaksToPortal } from '../portal-client.ts'
import { table } from '../table.ts'

type Listed = { reports: { name: string; title: string; parameters: { name: string }[] }[] }

export function reportsCommand(): Command {
  const lists = command('reports', {
    summary: 'lists the reports that you may read, and what each takes',
    example: 'muster reports',
  }).action(async (options: PortalOptions & { json?: boolean }) => {
    const listed = await portalClient(options).get<Listed>('/reports')
    const rows = listed.reports.map(({ name, title, parameters }) => [
      name,
      title,
      parameters.map((parameter) => `--${parameter.name}`).join(' '),
    ])
    answer(options, listed, table(['NAME', 'REPORT', 'TAKES'], rows))
  })
  return speaksToPortal(lists)
}
