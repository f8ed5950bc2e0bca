import type { DueStatus } from '../directory/due.ts'
import { ACCOUNT_FIELDS, FIELD_NAMES, type FieldName, PERSON_FIELDS } from '../directory/fields.ts'

/** What the portal itself does with an account once its day has come: see directory/due.ts. */
export type Step = 'start' | 'delete' | 'remove'

type Rule = {
  /** Whose turn it is. */
  from: DueStatus
  /** What its change set is called, with the day. */
  name: string
  action: 'update' | 'remove'
  after: Partial<Record<FieldName, string | boolean | null>>
}

/** All that is personal; where the account stood stays. */
const NOTHING = Object.fromEntries(
  [...PERSON_FIELDS, 'emailAddress' as const, 'aliases' as const].map((field) => [
    field,
    ACCOUNT_FIELDS[field].kind === 'boolean' ? false : null,
  ]),
)

/** In the order in which they are taken: who is deleted today has all the days of a deleted account before them. */
export const STEPS: Record<Step, Rule> = {
  start: {
    from: 'Pending',
    name: 'start of pending accounts',
    action: 'update',
    after: { status: 'Active' },
  },
  delete: {
    from: 'Leaver',
    name: 'deletion of leavers',
    action: 'update',
    after: { status: 'Deleted' },
  },
  remove: {
    from: 'Deleted',
    name: 'removal of deleted accounts',
    action: 'remove',
    after: { ...NOTHING, status: 'Removed' },
  },
}

export const STEP_NAMES = Object.keys(STEPS) as Step[]

/** What a step writes, in the order of the fields. */
export function fieldsOf(step: Step): FieldName[] {
  return FIELD_NAMES.filter((field) => field in STEPS[step].after)
}
