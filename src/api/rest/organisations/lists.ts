import { z } from 'zod'
import {
  checkOrganisationList,
  confirmOrganisationList,
  findOrganisationList,
} from '../../../directory/organisation-list.ts'
import type { Call } from '../endpoint.ts'
import { endpoint } from '../endpoint.ts'
import { afterNumber, idParameters, limit, oneOf } from '../parameters.ts'
import { sentFile } from '../read-bodies.ts'

const ACTIONS = ['add', 'change', 'unchanged', 'error'] as const

const whole = z.number().int()

const Row = z.object({
  row: whole.meta({ description: 'Its number in the file; the headings are row 1.' }),
  code: z.string(),
  name: z.string(),
  postcode: z.string().nullable(),
  closed: z.boolean(),
  was: z
    .object({ name: z.string(), postcode: z.string().nullable(), closed: z.boolean() })
    .nullable()
    .meta({ description: 'The organisation as it was when the list was checked.' }),
  problem: z.string().nullable(),
  done: z.boolean(),
})

const Answer = z
  .object({
    id: whole,
    filename: z.string(),
    status: z.enum(['checked', 'queued', 'completed', 'failed']),
    createdAt: z.date(),
    completedAt: z.date().nullable(),
    counts: z.object({ add: whole, change: whole, unchanged: whole, error: whole }),
    done: whole.meta({ description: 'How many were added or changed.' }),
    rows: z.array(Row),
    next: whole.nullable(),
  })
  .meta({ id: 'OrganisationList' })

type Asked = Pick<Call<unknown, unknown, unknown>, 'portal' | 'actor'>

/** Nothing is changed before it is confirmed. */
export const sendOrganisationList = endpoint({
  operationId: 'sendOrganisationList',
  summary: 'Sends a list of organisations (code, name, postcode, open or closed) to be checked',
  query: z.strictObject({
    filename: z.string().optional().describe('Of a file that is the body itself.'),
  }),
  takesFile: true,
  status: 201,
  sends: ['Location'],
  returns: Answer,
  handle: async ({ portal, actor, query, request, reply }) => {
    const id = await checkOrganisationList(portal, actor, await sentFile(request, query.filename))
    reply.header('location', `/api/v1/organisation-lists/${id}`)
    return listAnswer({ portal, actor }, id)
  },
})

export const showOrganisationList = endpoint({
  operationId: 'showOrganisationList',
  summary: 'What a list of organisations would do, or what became of it, and its rows of one kind',
  params: idParameters,
  query: z.strictObject({ action: oneOf(ACTIONS).default('change'), after: afterNumber, limit }),
  returns: Answer,
  handle: (call) => listAnswer(call, call.params.id, call.query),
})

export const confirmAnOrganisationList = endpoint({
  operationId: 'confirmOrganisationList',
  summary: 'Has a list of organisations applied in the background; again, it changes nothing',
  params: idParameters,
  status: 202,
  returns: Answer,
  handle: async (call) => {
    await confirmOrganisationList(call.portal, call.actor, call.params.id)
    return listAnswer(call, call.params.id)
  },
})

async function listAnswer(
  { portal, actor }: Asked,
  id: number,
  page: { action: (typeof ACTIONS)[number]; after?: number; limit: number } = {
    action: 'change',
    limit: 100,
  },
): Promise<z.output<typeof Answer>> {
  const {
    createdBy: _,
    rows,
    ...list
  } = await findOrganisationList(portal, actor, id, {
    ...page,
    after: page.after ?? 0,
  })
  return {
    ...list,
    rows: rows.map(({ action, wasName, wasPostcode, wasClosed, ...row }) => ({
      ...row,
      was: wasName === null ? null : { name: wasName, postcode: wasPostcode, closed: wasClosed ?? false },
    })),
  }
}
