import { Command } from 'commander'
import { addOrganisation } from '../../directory/organisation.ts'
import { answer, command } from '../command.ts'
import { Failure } from '../failure.ts'
import { withPortal } from '../open-database.ts'
import { loadOrganisationsCommand } from './load-organisations.ts'
import { organisationSettingsCommand } from './organisation-settings.ts'

type Options = { site: string[]; unit: string[]; json?: boolean }

export function organisationCommand(): Command {
  const add = command('add', {
    summary: 'adds an organisation',
    example:
      'muster organisation add RX1 "Northbridge Hospitals" --site RX101="City Hospital" --unit Surgery',
  })
    .argument('<code>', 'its code: an ODS code such as RX1')
    .argument('<name>', 'its name')
    .option('--site <code=name>', 'one of its sites; repeatable', collect, [])
    .option('--unit <name>', 'one of its units, or “parent > unit”; repeatable', collect, [])
    .action(async (code: string, name: string, options: Options) => {
      const organisation = {
        code,
        name,
        sites: options.site.map(readSite),
        units: options.unit.map(readUnit),
      }
      const id = await withPortal((portal) => addOrganisation(portal, organisation))
      answer(options, { id, code: code.toUpperCase(), name }, `${name} (${code.toUpperCase()}) is added.`)
    })
  return new Command('organisation')
    .summary('whose accounts the portal keeps')
    .addCommand(add)
    .addCommand(loadOrganisationsCommand())
    .addCommand(organisationSettingsCommand())
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

function readSite(text: string): { code: string; name: string } {
  const [code, name] = text.split(/=(.*)/s, 2).map((part) => part.trim())
  if (!code || !name)
    throw new Failure(`“${text}” is not a site. Write its code and name: --site RX101="City Hospital"`)
  return { code, name }
}

function readUnit(text: string): { name: string; parent: string | null } {
  const [name = '', parent = null] = text
    .split('>')
    .map((part) => part.trim())
    .reverse()
  return { name, parent }
}
