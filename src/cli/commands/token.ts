import { Command } from 'commander'
import { endOfDay } from '../../access/last-day.ts'
import type { Role } from '../../access/permissions.ts'
import type { ListedToken } from '../../access/store-tokens.ts'
import { createToken, revokeToken, type TokenWishes, tokensOf } from '../../access/tokens.ts'
import { ROLES } from '../../roles.ts'
import { answer, command } from '../command.ts'
import { Failure } from '../failure.ts'
import { withPortal } from '../open-database.ts'
import { moment, type TimeZoneOption, table, tellsTimes, zoneOf } from '../table.ts'

type Options = {
  email: string
  name?: string
  until?: string
  organisation?: string
  role?: string
  json?: boolean
}

export function tokenCommand(): Command {
  return new Command('token')
    .summary('API tokens')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand())
}

function createCommand(): Command {
  return command('create', {
    summary: 'makes an API token for an administrator and prints it, alone and this once',
    example:
      'MUSTER_TOKEN=$(muster token create --email jo@trust.example --name "Nightly export" --until 2027-03-31)',
  })
    .requiredOption('--email <email>', 'the administrator for whom the token acts')
    .option('--name <name>', 'what it is for')
    .option(
      '--until <date>',
      'the last day on which it works, such as 2027-03-31; without, until it is revoked',
    )
    .option('--organisation <code>', 'the only organisation in which it is good for anything')
    .option('--role <role>', `the most that it may do, whatever they may: ${ROLES.join(', ')}`)
    .action(async (options: Options) => {
      const wishes = readWishes(options)
      const token = await withPortal((portal) => createToken(portal, options.email, wishes))
      answer(options, { token }, token)
    })
}

function listCommand(): Command {
  const list = command('list', {
    summary: 'shows the tokens there are, with the ID by which one is revoked; never the tokens themselves',
    example: 'muster token list --email jo@trust.example',
  })
    .option('--email <email>', 'only those that act for this administrator')
    .action(async (options: Partial<Options> & TimeZoneOption) => {
      const tokens = await withPortal((portal) => tokensOf(portal, options.email))
      answer(
        options,
        tokens,
        tokens.length === 0 ? 'There are no tokens.' : tokenTable(tokens, zoneOf(options)),
      )
    })
  return tellsTimes(list)
}

function revokeCommand(): Command {
  return command('revoke', {
    summary: 'ends a token at once',
    example: 'muster token revoke 7',
  })
    .argument('<id>', 'its ID, as "muster token list" shows it')
    .action(async (id: string, options: Partial<Options>) => {
      if (!/^\d{1,9}$/.test(id))
        throw new Failure(`“${id}” is not a token’s ID. "muster token list" shows them.`)
      await withPortal((portal) => revokeToken(portal, Number(id)))
      answer(options, { id: Number(id), revoked: true }, `Token ${id} works no more.`)
    })
}

function readWishes({ name, until, organisation, role }: Options): TokenWishes {
  return {
    ...(name === undefined ? {} : { name }),
    ...(until === undefined ? {} : { expiresAt: endOfDay(until, 'until') }),
    ...(organisation === undefined ? {} : { organisationCode: organisation }),
    ...(role === undefined ? {} : { role: role as Role }), // what is no role is refused where it is read
  }
}

function tokenTable(tokens: readonly ListedToken[], zone: string): string {
  const rows = tokens.map((token) => [
    String(token.id),
    token.email,
    token.name,
    [token.organisation, token.role].filter(Boolean).join(' '),
    moment(token.createdAt, zone),
    moment(token.lastUsedAt, zone),
    moment(token.expiresAt, zone),
    moment(token.revokedAt, zone),
  ])
  return table(['ID', 'ACTS FOR', 'NAME', 'ONLY FOR', 'CREATED', 'LAST USED', 'ENDS', 'REVOKED'], rows)
}
