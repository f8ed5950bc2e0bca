/**
 * How many processes may die while they do a job, until it is given up. Once may be chance, or the operator; at two,
 * others may still be to blame that ran in the same process; the third time the job runs alone.
 */
export const MOST_DEATHS = 3

/** How many errors of ours may end a job, until it is given up. An outage of the database is none. */
export const MOST_ERRORS = 6

/** Why a job isn't done again: it ended with an error each time, or with its process. */
export type GivenUp = 'failed' | 'died'

/** What a person is told of a job that is given up: a code for scripts, and what is wrong and what to do. */
export type Reason = { code: string; message: string }

/**
 * The reason of a job whose processes died.
 * @param doing what was done, such as `this file was checked`
 * @param whatToDo in whole sentences
 */
export function portalStopped(doing: string, whatToDo: string): Reason {
  return {
    code: 'portal-stopped',
    message: `The portal stopped ${MOST_DEATHS} times while ${doing}, so it isn’t tried again. ${whatToDo}`,
  }
}
