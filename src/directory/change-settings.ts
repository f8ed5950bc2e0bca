import { createHash } from 'node:crypto'
import { type Actor, asActor, requirePermission } from '../access/actor.ts'
import { note } from '../access/audit.ts'
import { Conflict, InvalidInput, refuseTogether } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { count } from '../words.ts'
import { DEFAULT_DAYS, type StatusDays } from './due.ts'
import { isFieldName, labelOf, PERSON_FIELDS, type PersonField } from './fields.ts'
import { countryName, countryNamed } from './mobile.ts'
import {
  LIMIT_NAMES,
  type Limit,
  type LimitName,
  type Limits,
  type OrganisationSettings,
  settingsOf,
} from './settings.ts'
import { lockSettings, noteSetting } from './store-organisation-settings.ts'

const MOST_ACCOUNTS = 10_000_000

const MOST_DAYS = 365

/** An organisation's settings, for those who may change them. @throws NotFound, Forbidden */
export function findSettings(
  portal: Portal,
  actor: Actor,
  organisationId: number,
): Promise<OrganisationSettings> {
  return asActor(portal, actor, 'manage-organisation', (tx) => {
    requirePermission(actor, 'manage-organisation', organisationId)
    return settingsOf(tx, organisationId)
  })
}

/** What is to be changed of an organisation's settings; what is left out stays. */
export type SettingsChange = Partial<Omit<OrganisationSettings, 'limits' | 'days'>> & {
  limits?: Partial<Limits> | undefined
  days?: Partial<StatusDays> | undefined
}

/** What an organisation's settings are known by: others are other settings. */
export function tagOfSettings(settings: OrganisationSettings): string {
  return createHash('sha256')
    .update(JSON.stringify(inWords(settings)))
    .digest('hex')
    .slice(0, 16)
}

/**
 * Changes an organisation's settings, and notes those that become others in the audit log.
 * @param seen the tag of the settings that whoever changes them has read, where they say so
 * @throws NotFound, Forbidden; Conflict where the settings aren't those that were seen any more; InvalidInput for values
 *   that can't be: nothing is changed then
 */
export function changeSettings(
  portal: Portal,
  actor: Actor,
  organisationId: number,
  given: SettingsChange,
  seen?: string,
): Promise<void> {
  return asActor(portal, actor, 'manage-organisation', async (tx) => {
    requirePermission(actor, 'manage-organisation', organisationId)
    await lockSettings(tx, organisationId)
    const stored = await settingsOf(tx, organisationId)
    if (seen !== undefined && seen !== tagOfSettings(stored))
      throw new Conflict(
        'Somebody has changed these settings since you read them. Read them again, then change them.',
      )
    const wanted = withChange(stored, given)
    const [before, after] = [inWords(stored), inWords(wanted)]
    const changed = Object.keys(after).filter((name) => before[name] !== after[name])
    if (changed.length === 0) return
    for (const [name, value] of Object.entries(wanted)) await noteSetting(tx, organisationId, name, value)
    await note(tx, {
      ...{ act: 'settings-changed', by: actor, organisationId, about: { kind: 'settings' } },
      details: Object.fromEntries(changed.map((name) => [name, `${before[name]} → ${after[name]}`])),
    })
  })
}

/** @throws InvalidInput for values that can't be, with all that is wrong */
function withChange(
  stored: OrganisationSettings,
  { limits, days, ...others }: SettingsChange,
): OrganisationSettings {
  const wanted = {
    ...{ ...stored, ...others },
    limits: { ...stored.limits, ...limits },
    days: { ...stored.days, ...days },
  }
  refuseUnusable(wanted)
  const countries = wanted.mobileCountries.flatMap((country) => countryNamed(country) ?? [])
  return { ...wanted, mobileCountries: [...new Set(countries)].filter((country) => country !== 'GB') }
}

/** In which time zone an organisation's pages show times. @throws NotFound when it isn't in scope */
export function findTimeZone(portal: Portal, actor: Actor, organisationId: number): Promise<string> {
  return asActor(portal, actor, 'read-accounts', async (tx) => {
    requirePermission(actor, 'read-accounts', organisationId)
    return (await settingsOf(tx, organisationId)).timeZone
  })
}

/** Every time zone that can be chosen. */
export const TIME_ZONES: readonly string[] = Intl.supportedValuesOf('timeZone')

function refuseUnusable({
  limits,
  protectedFields,
  mobileCountries,
  days,
  timeZone,
}: OrganisationSettings): void {
  refuseTogether(
    ...DAYS_NAMES.map((name) => () => refuseDays(name, days[name])),
    ...LIMIT_NAMES.map((name) => () => refuseLimit(name, limits[name])),
    () => refuseUnknownFields(protectedFields),
    () => refuseUnknownCountries(mobileCountries),
    () => refuseUnknownZone(timeZone),
  )
}

function refuseUnknownZone(timeZone: string): void {
  if (!TIME_ZONES.includes(timeZone))
    throw new InvalidInput(`“${timeZone}” is no time zone, such as Europe/London.`, { field: 'timeZone' })
}

function refuseUnknownFields(protectedFields: readonly PersonField[]): void {
  const unknown = protectedFields.find((field) => !(PERSON_FIELDS as readonly string[]).includes(field))
  if (unknown !== undefined)
    throw new InvalidInput(`“${unknown}” is no field of an account.`, { field: 'protectedFields' })
}

function refuseUnknownCountries(mobileCountries: readonly string[]): void {
  const nowhere = mobileCountries.find((country) => countryNamed(country) === undefined)
  if (nowhere !== undefined) {
    throw new InvalidInput(
      `There is no country “${nowhere}”. Write its English name, as Ireland, or its two letters, as IE.`,
      { field: 'mobileCountries' },
    )
  }
}

function refuseDays(name: keyof StatusDays, days: number): void {
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return
  throw new InvalidInput(`Give a number of days, from 1 to ${MOST_DAYS}.`, { field: `days.${name}` })
}

function refuseLimit(name: LimitName, limit: Limit): void {
  if (limit === null) return
  const { count, share } = limit
  if (!Number.isInteger(count) || count < 0 || count > MOST_ACCOUNTS) {
    throw new InvalidInput(
      'Give a number of accounts, 0 or more; or leave it empty, so that it is never asked.',
      {
        field: `limits.${name}.count`,
      },
    )
  }
  if (!Number.isFinite(share) || share < 0 || share > 100)
    throw new InvalidInput('Give a share of all accounts, from 0 to 100 per cent.', {
      field: `limits.${name}.share`,
    })
}

/** Each setting as the audit log tells it. */
function inWords({
  limits,
  protectedFields,
  mobileCountries,
  resultsMail,
  mobileRequired,
  days,
  timeZone,
}: OrganisationSettings): Record<string, string> {
  return {
    ...limitsInWords(limits),
    'Fields that no file may change': protectedFields.filter(isFieldName).map(labelOf).join(', ') || 'none',
    'Mobiles of other countries': mobileCountries.map(countryName).join(', ') || 'none',
    'Results by e-mail': resultsMail ?? WHOLE_PORTAL,
    'A mobile for every new account': mobileRequired === null ? WHOLE_PORTAL : mobileRequired ? 'yes' : 'no',
    ...Object.fromEntries(DAYS_NAMES.map((name) => [DAYS_LABELS[name], count(days[name], 'day')])),
    'Time zone': timeZone,
  }
}

const WHOLE_PORTAL = 'as for the whole portal'

export const DAYS_NAMES = Object.keys(DEFAULT_DAYS) as (keyof StatusDays)[]

/** As the page of the settings and the audit log name them. */
export const DAYS_LABELS: Record<keyof StatusDays, string> = {
  leaver: 'Days until a leaver is deleted',
  deleted: 'Days until a deleted account is removed for good',
  announced: 'Days ahead that all of this is announced',
}

/** What each limit is of, as the page of the settings and the audit log name it. */
export const LIMIT_LABELS: Record<LimitName, string> = {
  identifying: 'Another name or local ID',
  mobiles: 'Another mobile in place of the one there is',
  moved: 'In one field what stands in another, as if columns had moved',
  emptied: 'A field emptied',
  ended: 'Disabled, marked as leaver, deleted or withdrawn',
  differentPeople: 'Changed although the row names somebody else',
  repairs: 'Written with repaired values',
  touched: 'Changed in any way',
}

function limitsInWords(limits: Limits): Record<string, string> {
  return Object.fromEntries(
    LIMIT_NAMES.map((name) => {
      const limit = limits[name]
      const words = limit === null ? 'never' : `more than ${limit.count} and ${limit.share} %`
      return [`Agreement: ${LIMIT_LABELS[name]}`, words]
    }),
  )
}
