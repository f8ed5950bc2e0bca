import { Command } from 'commander'
import { createToken } from '../../access/tokens.ts'
import { readConfig } from '../../config.ts'
import { answer, command } from '../command.ts'
import { withPortal } from '../open-database.ts'

export function tokenCommand(): Command {
  const create = command('create', {
    summary: 'makes an API token for an administrator and prints it, alone and this once',
    example: 'MUSTER_TOKEN=$(muster token create --email jo@trust.example)',
  })
    .requiredOption('--email <email>', 'the administrator for whom the token acts')
    .action(async (options: { email: string; json?: boolean }) => {
      const token = await withPortal(readConfig(undefined, { LOG_LEVEL: 'warn' }), (portal) =>
        createToken(portal, options.email),
      )
      answer(options, { token }, token)
    })
  return new Command('token').summary('API tokens').addCommand(create)
}
