import { Command } from 'commander'
import { addAdministrator } from '../../access/administrators.ts'
import { ROLES, type Role } from '../../access/permissions.ts'
import { readConfig } from '../../config.ts'
import { answer, command } from '../command.ts'
import { withPortal } from '../open-database.ts'

type Options = { role: string; organisation?: string; name?: string; json?: boolean }

export function administratorCommand(): Command {
  const add = command('add', {
    summary:
      'adds someone who may sign in (or one more role to someone who may), prints a link for them and mails one',
    example: 'muster administrator add jo@trust.example --role local-administrator --organisation RX1',
  })
    .argument('<email>', 'their e-mail address')
    .requiredOption('--role <role>', `one of: ${ROLES.join(', ')}`)
    .option('--organisation <code>', 'where they have this role; for every role but global-administrator')
    .option('--name <name>', 'their name, as others see it')
    .action(async (email: string, options: Options) => {
      const { link } = await withPortal(readConfig(undefined, { LOG_LEVEL: 'warn' }), (portal) =>
        addAdministrator(portal, {
          email,
          role: options.role as Role, // addAdministrator refuses what is none
          ...(options.organisation ? { organisationCode: options.organisation } : {}),
          ...(options.name ? { name: options.name } : {}),
        }),
      )
      answer(
        options,
        { email, role: options.role, link },
        `${email} is added. Their link (they are mailed one too):\n${link}`,
      )
    })
  return new Command('administrator').summary('who may sign in').addCommand(add)
}
