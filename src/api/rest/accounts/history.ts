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
    changeSet: z.int().nullable().describe('The change set that made it, where you may see it.'),
    takenBack: z
      .object({
        by: z.string().describe('The administrator’s name.'),
        at: z.date(),
        changeSet: z.int().nullable().describe('The undo’s ID, where you may see it.'),
      })
      .nullable()
      .describe('Who took it back since, unless that was taken back in its turn.'),
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
