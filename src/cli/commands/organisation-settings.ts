import type { Command } from 'commander'
import { answer, command } from '../command.ts'
import { Failure } from '../failure.ts'
import { plain } from '../plan-text.ts'
import { type PortalOptions, portalClient, speaksToPortal } from '../portal-client.ts'
import { table } from '../table.ts'

type Options = PortalOptions & { set: string[]; json?: boolean }

type Limit = { count: number; share: number } | null

type SettingsJson = {
  limits: Record<string, Limit>
  days: Record<string, number>
  protectedFields: string[]
  mobileCountries: string[]
  resultsMail: string | null
  mobileRequired: boolean | null
  timeZone: string
}

export function organisationSettingsCommand(): Command {
  const settings = command('settings', {
    summary: 'shows what an organisation sets for itself, or changes some of it',
    example: 'muster organisation settings RX1 --set days.leaver=30 --set limits.emptied=50,5',
  })
    .argument('<code>', 'the organisation')
    .option(
      '--set <name=value>',
      'a setting, as it is listed: limits as COUNT,PER CENT or never; several with commas between; repeatable',
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .action(run)
  return speaksToPortal(settings)
}

async function run(code: string, options: Options): Promise<void> {
  const portal = portalClient(options)
  const path = `/organisations/${encodeURIComponent(code)}/settings`
  const settings =
    options.set.length === 0
      ? await portal.get<SettingsJson>(path)
      : await portal.patchJson<SettingsJson>(path, changeIn(options.set))
  answer(options, settings, table(['NAME', 'VALUE'], rowsOf(settings)))
}

function rowsOf({ limits, days, ...others }: SettingsJson): string[][] {
  const { protectedFields, mobileCountries, resultsMail, mobileRequired, timeZone } = others
  return [
    ...Object.entries(limits).map(([name, limit]) => [
      `limits.${name}`,
      limit === null ? 'never' : `${limit.count},${limit.share}`,
    ]),
    ...Object.entries(days).map(([name, number]) => [`days.${name}`, String(number)]),
    ['protectedFields', protectedFields.join(',')],
    ['mobileCountries', mobileCountries.join(',')],
    ['resultsMail', resultsMail ?? 'portal'],
    ['mobileRequired', mobileRequired === null ? 'portal' : mobileRequired ? 'yes' : 'no'],
    ['timeZone', timeZone],
  ]
}

/** What is to be changed, as the API takes it. */
function changeIn(pairs: readonly string[]): object {
  const change: { limits: Record<string, Limit>; days: Record<string, number>; [name: string]: unknown } = {
    ...{ limits: {}, days: {} },
  }
  for (const pair of pairs) {
    const [name = '', value] = pair.split(/=(.*)/s, 2).map((part) => part.trim())
    if (value === undefined) throw new Failure(`“${plain(pair)}” sets nothing. Write it as NAME=VALUE.`)
    const [group, member] = name.split('.', 2)
    if (group === 'limits' && member) change.limits[member] = limitIn(value)
    else if (group === 'days' && member) change.days[member] = numberIn(value)
    else change[name] = (READ[name] ?? asText)(value)
  }
  return change
}

const list = (value: string) =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** By the name of the setting; others are text, and the portal says which there are. */
const READ: Record<string, (value: string) => unknown> = {
  protectedFields: list,
  mobileCountries: list,
  resultsMail: (value) => (value === 'portal' ? null : value),
  mobileRequired: (value) =>
    YES_OR_NO[value as keyof typeof YES_OR_NO] ?? (value === 'portal' ? null : value),
}

const YES_OR_NO = { yes: true, no: false } as const

const asText = (value: string) => value

function limitIn(value: string): Limit {
  if (value === 'never') return null
  const [count = '', share = '0'] = value.split(',', 2)
  return { count: numberIn(count), share: numberIn(share.replace('%', '')) }
}

function numberIn(text: string): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number)) return number
  throw new Failure(`“${plain(text)}” is no number.`)
}
