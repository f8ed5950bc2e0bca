import type { FastifyReply } from 'fastify'
import {
  changeSettings,
  DAYS_LABELS,
  DAYS_NAMES,
  findSettings,
  LIMIT_LABELS,
  TIME_ZONES,
} from '../../directory/change-settings.ts'
import { DEFAULT_DAYS } from '../../directory/due.ts'
import { labelOf, PERSON_FIELDS, type PersonField } from '../../directory/fields.ts'
import { countryName } from '../../directory/mobile.ts'
import {
  DEFAULT_SETTINGS,
  LIMIT_NAMES,
  type Limit,
  type OrganisationSettings,
} from '../../directory/settings.ts'
import type { Portal } from '../../portal.ts'
import { USUAL_TIME_ZONE } from '../../words.ts'
import { type Fields, type FormError, field, fieldList, formErrors } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { organisationOfForm } from './to-choose.ts'

/** What the organisation sets for itself, and what each of it does. */
export async function showSettings({ portal, actor, organisation }: PageRequest, reply: FastifyReply) {
  const settings = await findSettings(portal, actor, organisation.id)
  return reply.page('organisation/settings.njk', page(portal, settings, organisation, typed(settings)))
}

export async function saveSettings(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, body } = request
  const organisation = await organisationOfForm(request)
  const settings = readSettings(body)
  try {
    await changeSettings(portal, actor, organisation.id, settings)
  } catch (error) {
    const errors = formErrors(error).map(underFormName)
    return reply.page('organisation/settings.njk', page(portal, settings, organisation, body ?? {}, errors))
  }
  return reply.goTo('/organisation/settings', `The settings of ${organisation.name} are saved.`)
}

/** `limits.emptied.count` is the form’s `emptied-count`, and `days.leaver` its `days-leaver`. */
function underFormName(error: FormError): FormError {
  return { ...error, field: error.field.replace(/^limits\./, '').replaceAll('.', '-') }
}

function page(
  { config }: Portal,
  { protectedFields, resultsMail, mobileRequired, timeZone }: OrganisationSettings,
  sentFor: { code: string; name: string },
  values: Fields,
  errors: FormError[] = [],
) {
  return {
    sentFor,
    limits: LIMIT_NAMES.map((name) => ({
      name,
      label: LIMIT_LABELS[name],
      count: field(values, `${name}-count`),
      share: field(values, `${name}-share`),
      usual: usual(DEFAULT_SETTINGS.limits[name]),
    })),
    fields: PERSON_FIELDS.map((value) => ({
      value,
      text: labelOf(value),
      checked: protectedFields.includes(value),
    })),
    mobileCountries: field(values, 'mobileCountries'),
    resultsMail: resultsMail ?? '',
    mobileRequired: mobileRequired === null ? '' : mobileRequired ? 'yes' : 'no',
    portalNeedsMobile: config.mobileRequired,
    days: DAYS_NAMES.map((name) => ({
      name,
      label: DAYS_LABELS[name],
      hint: `${DEFAULT_DAYS[name]}, unless you change it`,
      value: field(values, `days-${name}`),
    })),
    timeZones: TIME_ZONES.map((zone) => ({ value: zone, text: zone.replaceAll('_', ' ') })),
    chosenZone: timeZone,
    errors,
  }
}

function usual(limit: Limit): string {
  if (limit === null) return 'never'
  return limit.share === 0 ? `${limit.count}` : `${limit.count} and ${limit.share} %`
}

/** The settings as the form's fields. */
function typed({ limits, mobileCountries, days }: OrganisationSettings): Fields {
  return Object.fromEntries([
    ['mobileCountries', mobileCountries.map(countryName).join(', ')],
    ...LIMIT_NAMES.flatMap((name) => [
      [`${name}-count`, String(limits[name]?.count ?? '')],
      [`${name}-share`, String(limits[name]?.share ?? '')],
    ]),
    ...DAYS_NAMES.map((name) => [`days-${name}`, String(days[name])]),
  ])
}

function readSettings(body: Fields | undefined): OrganisationSettings {
  const number = (name: string) => Number(field(body, name).replaceAll(',', '').replace('%', '') || 0)
  const limit = (name: string): Limit =>
    field(body, `${name}-count`) === ''
      ? null
      : { count: number(`${name}-count`), share: number(`${name}-share`) }
  const mail = field(body, 'resultsMail')
  const mobile = field(body, 'mobileRequired')
  return {
    limits: Object.fromEntries(
      LIMIT_NAMES.map((name) => [name, limit(name)]),
    ) as OrganisationSettings['limits'],
    protectedFields: fieldList(body, 'protectedFields') as PersonField[],
    mobileCountries: field(body, 'mobileCountries')
      .split(/[,;\n]/)
      .map((one) => one.trim())
      .filter((one) => one !== ''),
    resultsMail: mail === 'attach' || mail === 'link' ? mail : null,
    mobileRequired: mobile === '' ? null : mobile === 'yes',
    days: Object.fromEntries(
      DAYS_NAMES.map((name) => [name, number(`days-${name}`)]),
    ) as OrganisationSettings['days'],
    timeZone: field(body, 'timeZone') || USUAL_TIME_ZONE,
  }
}
