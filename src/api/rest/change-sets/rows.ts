import { z } from 'zod'
import { CHANGE_ACTIONS, DECISIONS, RESULTS } from '../../../changes/change.ts'
import { findRows } from '../../../uploads/find-rows.ts'
import { endpoint } from '../endpoint.ts'
import { apiNameOf } from '../field-names.ts'
import { afterNumber, fieldValue, idParameters, limit, oneOf, text } from '../parameters.ts'

const Row = z
  .object({
    row: z.int().describe('As the spreadsheet numbers it: the heading row is 1.'),
    action: z.enum(CHANGE_ACTIONS),
    localId: z.string().nullable(),
    accountId: z.int().nullable(),
    changes: z.array(z.object({ field: z.string(), old: fieldValue, new: fieldValue })),
    problems: z.array(
      z.object({
        column: z.string().nullable(),
        code: z.string(),
        message: z.string(),
        value: z.string().nullable(),
        severity: z.enum(['error', 'warning']),
      }),
    ),
    similar: z
      .object({ id: z.int(), localId: z.string().nullable(), name: z.string(), status: z.string() })
      .nullable()
      .describe('The account that it looks like.'),
    similarRow: z.int().nullable().describe('The row of the same file that it looks like.'),
    choices: z
      .array(z.enum(DECISIONS))
      .describe('What can be decided of it, where it is left out otherwise.'),
    decision: z.enum(DECISIONS).nullable(),
    result: z.enum(RESULTS).nullable().describe('Null until the row was reached.'),
    detail: z.string().nullable(),
  })
  .meta({ id: 'UploadRow' })

export const rowsOfChangeSet = rowsOf(
  'listChangeSetRows',
  'The rows of a change set, with what each would change and what became of it',
)

export const rowsOfUpload = rowsOf(
  'listUploadRows',
  'The rows of an upload, with what each would change and what became of it',
)

function rowsOf(operationId: string, summary: string) {
  return endpoint({
    operationId,
    summary,
    params: idParameters,
    query: z.strictObject({
      action: oneOf(CHANGE_ACTIONS).exactOptional(),
      result: oneOf(RESULTS).exactOptional(),
      problem: text(100).exactOptional().describe('Rows with an error or a warning of this code.'),
      after: afterNumber,
      limit,
    }),
    returns: z.object({ rows: z.array(Row), next: z.int().nullable() }),
    handle: async ({ portal, actor, params, query }) => {
      const { rows, next } = await findRows(portal, actor, params.id, query)
      return { rows: rows.map((row) => ({ ...row, changes: row.changes.map(underApiName) })), next }
    },
  })
}

function underApiName<Change extends { field: string }>(change: Change): Change {
  return { ...change, field: apiNameOf(change.field) }
}
