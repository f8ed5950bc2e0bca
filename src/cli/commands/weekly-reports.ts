import { type Command, Option } from 'commander'
import { PARAMETER_NAMES } from '../../reports/parameters.ts'
import { answer, command } from '../command.ts'
import { Failure } from '../failure.ts'
import { type PortalOptions, portalClient, speaksToPortal } from '../portal-client.ts'
import { table } from '../table.ts'

type Options = PortalOptions & {
  organisation?: string
  add?: string
  with: string[]
  stop?: string
  json?: boolean
}

type WeeklyJson = {
  weeklyReports: { id: number; report: string; title: string; parameters: Record<string, unknown> }[]
}

export function weeklyReportsCommand(): Command {
  const weekly = command('weekly-reports', {
    summary: 'lists the reports that are made for you every Monday, adds one, or stops one',
    example: 'muster weekly-reports --organisation RX1 --add data-quality',
  })
    .option('--organisation <code>', 'of which organisation')
    .addOption(new Option('--add <report>', 'have this one made, such as mailbox').conflicts('stop'))
    .option(
      '--with <name=value>',
      `what the added one takes, such as site=City Hospital (${PARAMETER_NAMES.join(', ')}); repeatable`,
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .option('--stop <id>', 'have this one, by its number, made no more')
    .action(run)
  return speaksToPortal(weekly)
}

async function run(options: Options): Promise<void> {
  const { organisation, add, stop } = options
  const portal = portalClient(options)
  if (stop !== undefined) {
    if (!/^\d{1,15}$/.test(stop))
      throw new Failure('Say which by its number, as “muster weekly-reports” lists it.')
    const stopped = await portal.delete<{ id: number }>(`/weekly-reports/${stop}`)
    return answer(options, stopped, 'It is not sent to you any more.')
  }
  if (organisation === undefined) throw new Failure('Say of which organisation: --organisation RX1.')
  const query = new URLSearchParams({ organisation })
  const wished =
    add === undefined
      ? await portal.get<WeeklyJson>(`/weekly-reports?${query}`)
      : await portal.postJson<WeeklyJson>('/weekly-reports', {
          ...{ report: add, organisation, parameters: parametersIn(options.with) },
        })
  const rows = wished.weeklyReports.map(({ id, report, title, parameters }) => [
    String(id),
    report,
    title,
    Object.entries(parameters)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
  ])
  answer(options, wished, table(['NUMBER', 'NAME', 'REPORT', 'WITH'], rows))
}

function parametersIn(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value] = pair.split(/=(.*)/s, 2).map((part) => part.trim())
      if (name === '' || value === undefined) throw new Failure('Write what it takes as NAME=VALUE.')
      return [name, value]
    }),
  )
}
