import { MAIL_SERVER } from './boundaries.ts'
import type { Cluster } from './cluster.ts'
import type { Round } from './round.ts'

/** Holds the first message of each round that is to be struck while the mail server has it. */
export type MailHalts = {
  /** Which worker waits for the mail server, by the round's number. */
  held(): Map<number, { process: string }>
  /** The server accepts the message, if whoever sent it is still there. */
  release(number: number): void
}

export function holdMail(cluster: Cluster, rounds: readonly Round[]): MailHalts {
  const held = new Map<number, { process: string; accept: () => void }>()
  const done = new Set<number>()
  cluster.beforeAccepting = (uploadId, process) => {
    const number = rounds.findIndex(({ answered }) => answered.some(({ id }) => id === uploadId))
    const isWanted = rounds[number]?.boundary?.name === MAIL_SERVER
    if (!isWanted || done.has(number) || held.has(number)) return Promise.resolve()
    return new Promise((accept) => {
      held.set(number, { process, accept })
    })
  }
  return {
    held: () => held,
    release: (number) => {
      done.add(number)
      held.get(number)?.accept()
      held.delete(number)
    },
  }
}
