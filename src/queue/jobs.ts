/** The jobs that leave a request or another job, and what each carries. Handlers are in src/worker. */
export type Jobs = {
  'check-upload': { uploadId: number; organisationId: number }
  'apply-change-set': { changeSetId: number; organisationId: number }
  'send-results': { uploadId: number; organisationId: number }
  'deliver-mail': Record<string, never>
  'run-report': { reportRunId: number; organisationId: number }
  'expire-uploads': Record<string, never>
}

export type JobName = keyof Jobs

/**
 * How each queue runs. `key_strict_fifo`: one at a time and in order for an organisation, organisations side by side.
 * `exclusive`: one waiting or running at most, since the job takes up everything that is due.
 */
export const QUEUES: Record<JobName, { policy: 'standard' | 'key_strict_fifo' | 'exclusive' }> = {
  'check-upload': { policy: 'standard' },
  'apply-change-set': { policy: 'key_strict_fifo' },
  'send-results': { policy: 'standard' },
  'deliver-mail': { policy: 'standard' },
  'run-report': { policy: 'standard' },
  'expire-uploads': { policy: 'exclusive' },
}
