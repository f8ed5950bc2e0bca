import { MOST_ERRORS } from './given-up.ts'

/**
 * The jobs that leave a request or another job, and what each carries. `by` is the person whose work it is: people have
 * their turns. Handlers are in src/worker.
 */
export type Jobs = {
  'check-upload': { uploadId: number; organisationId: number; by: number | null; rows: number }
  'apply-change-set': { changeSetId: number; organisationId: number; by: number | null; rows: number }
  'plan-undo': { changeSetId: number; organisationId: number; by: number | null; rows: number }
  'plan-action': { changeSetId: number; organisationId: number; by: number | null; rows: number }
  'plan-transfer': { changeSetId: number; organisationId: number; by: number | null; rows: number }
  'send-results': { uploadId: number; organisationId: number; by: number | null }
  'send-undo-results': { changeSetId: number; organisationId: number; by: number | null }
  'send-change-results': { changeSetId: number; organisationId: number; by: number | null }
  'deliver-mail': Record<string, never>
  'run-report': { reportRunId: number; organisationId: number; by: number | null; rows: number }
  'load-organisations': { listId: number; by: number }
  'find-duplicates': { organisationId: number; by: number | null; rows: number }
  'expire-uploads': Record<string, never>
  'take-steps': Record<string, never>
}

export type JobName = keyof Jobs

/**
 * How each queue runs. `key_strict_fifo`: one at a time for an organisation, organisations side by side. `exclusive`: one
 * waiting or running at most, since the job takes up everything that is due. `bySize`: small jobs have places of their
 * own, so that no number of large ones keeps them waiting, nor the other way round. `errors`: how many end it for good.
 * `recurs`: it comes every minute or hour, which isn't worth two lines of the log each time.
 */
export const QUEUES: Record<
  JobName,
  {
    policy: 'standard' | 'key_strict_fifo' | 'exclusive'
    bySize: boolean
    errors: number
    recurs: boolean
  }
> = {
  'check-upload': { policy: 'standard', bySize: true, errors: MOST_ERRORS, recurs: false },
  'apply-change-set': { policy: 'key_strict_fifo', bySize: true, errors: MOST_ERRORS, recurs: false },
  'plan-undo': { policy: 'standard', bySize: true, errors: MOST_ERRORS, recurs: false },
  'plan-action': { policy: 'standard', bySize: true, errors: MOST_ERRORS, recurs: false },
  'plan-transfer': { policy: 'standard', bySize: true, errors: MOST_ERRORS, recurs: false },
  'send-results': { policy: 'standard', bySize: false, errors: Infinity, recurs: false },
  'send-undo-results': { policy: 'standard', bySize: false, errors: Infinity, recurs: false },
  'send-change-results': { policy: 'standard', bySize: false, errors: Infinity, recurs: false },
  'deliver-mail': { policy: 'standard', bySize: false, errors: Infinity, recurs: true },
  'run-report': { policy: 'standard', bySize: true, errors: MOST_ERRORS, recurs: false },
  'load-organisations': { policy: 'standard', bySize: false, errors: MOST_ERRORS, recurs: false },
  'find-duplicates': { policy: 'standard', bySize: true, errors: MOST_ERRORS, recurs: false },
  'expire-uploads': { policy: 'exclusive', bySize: false, errors: Infinity, recurs: true },
  'take-steps': { policy: 'exclusive', bySize: false, errors: Infinity, recurs: true },
}

/** A job about so many rows takes a second or so. `rows` may be an estimate. */
const SMALL_ROWS = 10_000

const SMALL = 1
const LARGE = 0

/** The queue's mark of a small job: its priority, by which those who work choose. */
export function priorityOf(data: Jobs[JobName]): number {
  return 'rows' in data && data.rows <= SMALL_ROWS ? SMALL : LARGE
}

/** Who works on a queue: one line for all its jobs, or one for the small and one for the large. */
export function lanesOf(name: JobName): number[] {
  return QUEUES[name].bySize ? [SMALL, LARGE] : [LARGE]
}
