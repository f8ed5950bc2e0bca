import { Argument, Command } from 'commander'
import { addAdministrator, everyAdministrator } from '../../access/administrators.ts'
import { setBreakGlass } from '../../access/break-glass.ts'
import type { Role } from '../../access/permissions.ts'
import { resetSecondFactor } from '../../access/second-factor/remove.ts'
import {
  disableAdministrator,
  type Ended,
  enableAdministrator,
  endSessionsOf,
  removeRole,
} from '../../access/withdrawal.ts'
import { ROLES } from '../../roles.ts'
import { answer, command } from '../command.ts'
import { withPortal } from '../open-database.ts'
import { moment, type TimeZoneOption, table, tellsTimes, zoneOf } from '../table.ts'

type Options = { json?: boolean; anyway?: boolean; role: string; organisation?: string; name?: string }

const EMAIL = ['<email>', 'their e-mail address'] as const
const ANYWAY = ['--anyway', 'even if they are the last Global Administrator'] as const
const ROLE = ['--role <role>', `one of: ${ROLES.join(', ')}`] as const

export function administratorCommand(): Command {
  return new Command('administrator')
    .summary('who may sign in')
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(disableCommand())
    .addCommand(enableCommand())
    .addCommand(breakGlassCommand())
    .addCommand(new Command('role').summary('what they may do').addCommand(removeRoleCommand()))
    .addCommand(new Command('sessions').summary('where they are signed in').addCommand(endSessionsCommand()))
    .addCommand(
      new Command('second-factor')
        .summary('what they sign in with besides the password')
        .addCommand(resetFactorCommand()),
    )
}

function addCommand(): Command {
  return command('add', {
    summary:
      'adds someone who may sign in (or one more role to someone who may), prints a link for them and mails one',
    example: 'muster administrator add jo@trust.example --role local-administrator --organisation RX1',
  })
    .argument(...EMAIL)
    .requiredOption(...ROLE)
    .option('--organisation <code>', 'where they have this role; for every role but global-administrator')
    .option('--name <name>', 'their name, as others see it')
    .action(async (email: string, options: Options) => {
      const { link } = await withPortal((portal) =>
        addAdministrator(portal, {
          email,
          ...roleOf(options),
          ...(options.name ? { name: options.name } : {}),
        }),
      )
      answer(
        options,
        { email, role: options.role, link },
        `${email} is added. Their link (they are mailed one too):\n${link}`,
      )
    })
}

function listCommand(): Command {
  const list = command('list', {
    summary: 'shows who may sign in, as what, and whether they are signed in',
    example: 'muster administrator list',
  }).action(async (options: Options & TimeZoneOption) => {
    const zone = zoneOf(options)
    const everyone = await withPortal(everyAdministrator)
    const rows = everyone.map(
      ({ email, name, roles, disabledAt, sessions, secondFactor, breakGlassSince }) => [
        email,
        name,
        roles.map(({ role, organisation }) => [role, organisation].filter(Boolean).join(' ')).join(', '),
        String(sessions),
        secondFactor ? 'yes' : 'no',
        moment(breakGlassSince, zone),
        moment(disabledAt, zone),
      ],
    )
    answer(
      options,
      everyone,
      table(['EMAIL', 'NAME', 'ROLES', 'SESSIONS', 'SECOND FACTOR', 'BREAK-GLASS', 'DISABLED'], rows),
    )
  })
  return tellsTimes(list)
}

function disableCommand(): Command {
  return command('disable', {
    summary: 'lets them sign in no more, and ends their sessions, tokens and links at once',
    example: 'muster administrator disable jo@trust.example',
  })
    .argument(...EMAIL)
    .option(...ANYWAY)
    .action(async (email: string, options: Options) => {
      const ended = await withPortal((portal) => disableAdministrator(portal, email, options))
      answer(options, { email, disabled: true, ...ended }, `${email} is disabled. ${endedText(ended)}`)
    })
}

function enableCommand(): Command {
  return command('enable', {
    summary: 'lets a disabled administrator sign in again; sessions and tokens of before stay ended',
    example: 'muster administrator enable jo@trust.example',
  })
    .argument(...EMAIL)
    .action(async (email: string, options: Options) => {
      await withPortal((portal) => enableAdministrator(portal, email))
      answer(options, { email, disabled: false }, `${email} may sign in again, with the password they had.`)
    })
}

function breakGlassCommand(): Command {
  return command('break-glass', {
    summary: 'says whether somebody may sign in with a password where LOCAL_SIGN_IN is off, for emergencies',
    example: 'muster administrator break-glass jo@trust.example on',
  })
    .argument(...EMAIL)
    .addArgument(new Argument('<on|off>', 'whether they may').choices(['on', 'off']))
    .action(async (email: string, state: string, options: Options) => {
      await withPortal((portal) => setBreakGlass(portal, email, state === 'on'))
      const said =
        state === 'on'
          ? 'may sign in with a password in an emergency. If they have none, they get a link by “I have forgotten my password”.'
          : 'may no more sign in with a password where that is switched off.'
      answer(options, { email, breakGlass: state === 'on' }, `${email} ${said}`)
    })
}

function removeRoleCommand(): Command {
  return command('remove', {
    summary: 'takes one role from an administrator',
    example:
      'muster administrator role remove jo@trust.example --role local-administrator --organisation RX1',
  })
    .argument(...EMAIL)
    .requiredOption(...ROLE)
    .option('--organisation <code>', 'where they have it; for every role but global-administrator')
    .option(...ANYWAY)
    .action(async (email: string, options: Options) => {
      const rolesLeft = await withPortal((portal) =>
        removeRole(portal, { email, ...roleOf(options) }, options),
      )
      const left = rolesLeft === 0 ? ' They have no role left.' : ''
      answer(options, { email, role: options.role, rolesLeft }, `${email} has lost that role.${left}`)
    })
}

function endSessionsCommand(): Command {
  return command('end', {
    summary: 'signs an administrator out everywhere; they may sign in again, and tokens go on',
    example: 'muster administrator sessions end jo@trust.example',
  })
    .argument(...EMAIL)
    .action(async (email: string, options: Options) => {
      const sessions = await withPortal((portal) => endSessionsOf(portal, email))
      answer(options, { email, sessions }, `${email} is signed out. Sessions that ended: ${sessions}.`)
    })
}

function resetFactorCommand(): Command {
  return command('reset', {
    summary: 'removes an administrator’s second factor and recovery codes, and signs them out',
    example: 'muster administrator second-factor reset jo@trust.example',
  })
    .argument(...EMAIL)
    .action(async (email: string, options: Options) => {
      const removed = await withPortal((portal) => resetSecondFactor(portal, email))
      answer(
        options,
        { email, removed },
        removed === 0
          ? `${email} had no second factor.`
          : `${email} signs in with the password alone now, and is told by e-mail. Removed: ${removed}.`,
      )
    })
}

function roleOf({ role, organisation }: Options): { role: Role; organisationCode?: string } {
  // An unknown role was refused where the option is read.
  return { role: role as Role, ...(organisation ? { organisationCode: organisation } : {}) }
}

function endedText({ sessions, tokens }: Ended): string {
  return `What ended with it: sessions ${sessions}, API tokens ${tokens}.`
}
