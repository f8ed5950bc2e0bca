import { z } from 'zod'
import { BULK_ACTION_NAMES } from '../../../changes/bulk-actions.ts'
import { RESULTS } from '../../../changes/change.ts'
import type { ShownChangeSet } from '../../../changes/find-change-sets.ts'
import { KINDS, type Kind } from '../../../changes/kinds.ts'
import { STATUSES } from '../../../changes/status.ts'
import { fieldValue } from '../parameters.ts'
import { AgreementAnswer } from './agreement-schema.ts'

export const KIND_NAMES = Object.keys(KINDS) as [Kind, ...Kind[]]

const count = z.int().min(0)

/** A change set of any kind, as the API shows it. */
export const ChangeSetAnswer = z
  .object({
    id: z.int(),
    kind: z.enum(KIND_NAMES),
    organisation: z.string().describe('The organisation’s code.'),
    counterpart: z
      .string()
      .nullable()
      .describe('The code of the second organisation, where people move to another.'),
    status: z.enum(STATUSES),
    reason: z.string().nullable().describe('Why it was rejected or failed, and what to do.'),
    name: z.string().nullable().describe('An upload’s file, or the person whose account was edited.'),
    action: z.enum(BULK_ACTION_NAMES).nullable().describe('What a bulk action does with the accounts.'),
    value: fieldValue.describe('What the action `set` gives the one field that it writes; null empties it.'),
    undoes: z.int().nullable().describe('The change set that it takes back.'),
    undoneBy: z.int().nullable().describe('The newest change set that takes it back.'),
    fields: z.array(z.string()).describe('All that its changes write.'),
    counts: z
      .object({
        ...{ rows: count, update: count, create: count, withdraw: count, remove: count, unchanged: count },
        ...{
          kept: count,
          possibleDuplicate: count,
          differentPerson: count,
          conflict: count,
          error: count,
          notAccepted: count,
          warned: count,
        },
      })
      .describe('What the plan does: all zero until it is made.'),
    results: z.record(z.enum(RESULTS), count).describe('What became of the rows.'),
    progress: z.object({ done: count, total: count }),
    createdBy: z.string(),
    createdAt: z.date(),
    confirmedBy: z.string().nullable(),
    agreement: AgreementAnswer.nullable().describe(
      'Whose agreement it needs, and has; null where nobody’s, and in lists.',
    ),
    completedAt: z.date().nullable(),
  })
  .meta({ id: 'ChangeSet' })

export function changeSetAnswer(set: ShownChangeSet): z.output<typeof ChangeSetAnswer> {
  return {
    ...set,
    organisation: set.organisation.code,
    counterpart: set.counterpart?.code ?? null,
    reason: set.reason?.message ?? null,
    action: set.deed?.action ?? null,
    value: set.deed?.value ?? null,
    undoes: set.undoes?.id ?? null,
    undoneBy: set.undoneBy?.id ?? null,
    createdBy: set.createdBy.name,
    confirmedBy: set.confirmedBy?.name ?? null,
    agreement: null,
  }
}
