import { z } from 'zod'
import { findOrganisation } from '../../../directory/organisation.ts'
import { PARAMETER_NAMES, type ParameterName } from '../../../reports/parameters.ts'
import { reportOf } from '../../../reports/registry.ts'
import { findWeekly, stopWeekly, wishWeekly } from '../../../reports/weekly.ts'
import { type Call, endpoint } from '../endpoint.ts'
import { idParameters, organisationCode, text } from '../parameters.ts'

const WeeklyReport = z.object({
  id: z.number().int(),
  report: z.string(),
  title: z.string(),
  parameters: z
    .record(z.string(), z.unknown())
    .describe('As it is asked for every Monday, without a period.'),
})

const Answer = z.object({ weeklyReports: z.array(WeeklyReport) })

export const listOfWeeklyReports = endpoint({
  operationId: 'listWeeklyReports',
  summary: 'The reports of an organisation that are made for you every Monday, and their links sent to you',
  query: z.strictObject({ organisation: organisationCode }),
  returns: Answer,
  handle: (call) => answer(call, call.query.organisation),
})

export const wishForAWeeklyReport = endpoint({
  operationId: 'wishForWeeklyReport',
  summary: 'Has a report made for you every Monday; answers all that are made for you of the organisation',
  body: z.strictObject({
    report: text(100).describe('Its name, of the list of reports.'),
    organisation: organisationCode,
    parameters: z
      .strictObject(Object.fromEntries(PARAMETER_NAMES.map((name) => [name, text(200).exactOptional()])))
      .exactOptional()
      .describe('What the report takes; a period is always the week before.'),
  }),
  status: 201,
  returns: Answer,
  handle: async (call) => {
    const { report, organisation, parameters = {} } = call.body
    const given = parameters as { [name in ParameterName]?: string }
    const { kind } = reportOf(report)
    await wishWeekly(call.portal, call.actor, { kind, organisationCode: organisation, given })
    return answer(call, organisation)
  },
})

export const stopAWeeklyReport = endpoint({
  operationId: 'stopWeeklyReport',
  summary: 'Stops one of the reports that are made for you every Monday',
  params: idParameters,
  returns: z.object({ id: z.number().int() }),
  handle: async ({ portal, actor, params }) => {
    await stopWeekly(portal, actor, params.id)
    return { id: params.id }
  },
})

async function answer(
  { portal, actor }: Pick<Call<unknown, unknown, unknown>, 'portal' | 'actor'>,
  code: string,
): Promise<z.output<typeof Answer>> {
  const { id: organisationId } = await findOrganisation(portal, actor, { code })
  const wishes = await findWeekly(portal, actor, { organisationId })
  return {
    weeklyReports: wishes.map(({ id, kind, parameters }) => ({
      ...{ id, report: kind, title: reportOf(kind).title, parameters },
    })),
  }
}
