import { z } from 'zod'
import { accountHistory } from '../../../changes/history/history.ts'
import { endpoint } from '../endpoint.ts'
import { apiNameOf } from '../field-names.ts'
import { afterPlace, fieldValue, idParameters, limit } from '../parameters.ts'

const Entry = z
  .object({
    at: z.date(),
    by: z.string().describe('The administrator’s name.'),
    field: z.string().describe('`account` when it was created.'),
    old: fieldValue,
    new: fieldValue,
    upload: z.int().nullable().describe('The upload’s ID, where it was one and you may see it.'),
    row: z.int().nullable(),
  })
  .meta({ id: 'HistoryEntry' })

export const historyOfAccount = endpoint({
  operationId: 'listAccountHistory',
  summary: 'What was changed on an account, newest first',
  params: idParameters,
  query: z.strictObject({ after: afterPlace, limit }),
  returns: z.object({ entries: z.array(Entry), next: z.string().nullable() }),
  handle: async ({ portal, actor, params, query }) => {
    const { entries, next } = await accountHistory(portal, actor, params.id, query)
    return { entries: entries.map((entry) => ({ ...entry, field: apiNameOf(entry.field) })), next }
  },
})
