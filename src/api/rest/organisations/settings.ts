import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  changeSettings,
  DAYS_NAMES,
  findSettings,
  type SettingsChange,
  tagOfSettings,
} from '../../../directory/change-settings.ts'
import { findOrganisation } from '../../../directory/organisation.ts'
import { LIMIT_NAMES } from '../../../directory/settings.ts'
import { InvalidInput } from '../../../errors.ts'
import { type Call, endpoint } from '../endpoint.ts'
import { oneOf, text } from '../parameters.ts'
import { organisationParameters } from './organisations.ts'

const number = z.number('must be a number')

const Limit = z
  .strictObject({ count: number, share: number })
  .nullable()
  .describe('More accounts than count, where that is also more than share per cent of all; null: never.')

const WHOLE_PORTAL = 'null: as it is for the whole portal.'

const SETTINGS = {
  limits: z.strictObject(perName(LIMIT_NAMES, Limit)).describe('Beyond which another person must agree.'),
  protectedFields: z.array(text(100)).max(100).describe('Fields of an account that no file may change.'),
  mobileCountries: z
    .array(text(100))
    .max(300)
    .describe(
      'Whose mobiles are taken besides those of the United Kingdom: two letters, or an English name.',
    ),
  resultsMail: oneOf(['attach', 'link']).nullable().describe(WHOLE_PORTAL),
  mobileRequired: z.boolean('must be true, false or null').nullable().describe(WHOLE_PORTAL),
  days: z
    .strictObject(perName(DAYS_NAMES, number))
    .describe('What becomes of people who leave, after how many days.'),
  timeZone: text(100).describe('In which times are shown, such as Europe/London.'),
}

const Settings = z.object(SETTINGS).meta({ id: 'OrganisationSettings' })

export const showOrganisationSettings = endpoint({
  operationId: 'showOrganisationSettings',
  summary: 'What an organisation sets for itself, to who manages it; its code stands in the place of the ID',
  params: organisationParameters,
  returns: Settings,
  sends: ['ETag'],
  handle: async (call) => answer(call, await idOf(call)),
})

export const changeOrganisationSettings = endpoint({
  operationId: 'changeOrganisationSettings',
  summary: 'Changes some settings of an organisation; what is left out stays',
  params: organisationParameters,
  headers: z.object({ 'if-match': z.string().optional().describe('The ETag that you read, or *. Needed.') }),
  body: z.strictObject({
    ...z.strictObject(SETTINGS).partial().shape,
    limits: SETTINGS.limits.partial().exactOptional(),
    days: SETTINGS.days.partial().exactOptional(),
  }),
  returns: Settings,
  sends: ['ETag'],
  handle: async (call) => {
    const id = await idOf(call)
    await changeSettings(call.portal, call.actor, id, call.body as SettingsChange, seenTag(call.request))
    return answer(call, id)
  },
})

type Asked = Pick<Call<{ id: string }, unknown, unknown>, 'portal' | 'actor' | 'params'> & {
  reply: FastifyReply
}

async function idOf({ portal, actor, params }: Asked): Promise<number> {
  return (await findOrganisation(portal, actor, { code: params.id })).id
}

async function answer({ portal, actor, reply }: Asked, id: number): Promise<z.output<typeof Settings>> {
  const settings = await findSettings(portal, actor, id)
  reply.header('etag', `"${tagOfSettings(settings)}"`)
  return settings
}

/** The tag that the caller has read; undefined for `*`, whichever it is. @throws InvalidInput where there is none (428) */
function seenTag({ headers }: FastifyRequest): string | undefined {
  const given = headers['if-match']?.trim()
  if (given === undefined) {
    throw new InvalidInput(
      'Say which settings you have read: send If-Match with the ETag of GET /api/v1/organisations/CODE/settings, or * for whichever they are.',
      { field: 'If-Match', code: 'version-required' },
    )
  }
  // A proxy that compresses answers makes their tags weak.
  return given === '*' ? undefined : given.replace(/^W\//, '').replaceAll('"', '')
}

function perName<Name extends string, Schema extends z.ZodType>(
  names: readonly Name[],
  schema: Schema,
): Record<Name, Schema> {
  return Object.fromEntries(names.map((name) => [name, schema])) as Record<Name, Schema>
}
