import type { Command } from 'commander'
import { command } from '../command.ts'
import { type PortalOptions, speaksToPortal } from '../portal-client.ts'
import { answer } from './agree.ts'

export function declineCommand(): Command {
  const decline = command('decline', {
    summary: 'declines a change that waits for another person’s agreement, which ends it',
    example: 'muster decline 42 --reason "The list is last year’s"',
    exitCodes: { 0: 'It is declined.', 1: 'It can’t be; standard error says why.' },
  })
    .argument('<id>', 'the number of the upload or other change')
    .requiredOption('--reason <words>', 'why: whoever asked reads it')
    .action((id: string, options: PortalOptions & { reason: string }) =>
      answer(id, options, { agree: false, reason: options.reason }),
    )
  return speaksToPortal(decline)
}
