import { HandedOver } from './handed-over.ts'

/** Where the jobs of a process are done: side by side, or one of them alone. */
export type Room = {
  /** Whether somebody is alone in it, or waits until the others have left. */
  isTaken(): boolean
  /**
   * @param options.alone to have it for oneself: the others are told to hand over, and have left when this resolves
   * @returns undefined when it is taken: the job is for another process, or for later
   */
  enter(options: { alone: boolean }): Promise<Stay | undefined>
}

export type Stay = {
  /** Says that another job is to be alone: whoever can be gone on with elsewhere leaves at once. */
  emptied: AbortSignal
  leave(): void
}

export function openRoom(): Room {
  let isTaken = false
  let inside = 0
  let emptying = new AbortController()
  let onLeave = () => {}
  return {
    isTaken: () => isTaken,
    enter: async ({ alone }) => {
      if (isTaken) return undefined
      if (alone) {
        isTaken = true
        emptying.abort(new HandedOver('another job is to be done alone'))
        emptying = new AbortController()
        while (inside > 0) {
          await new Promise<void>((left) => {
            onLeave = left
          })
        }
      }
      inside++
      return {
        emptied: emptying.signal,
        leave: () => {
          inside--
          if (alone) isTaken = false
          onLeave()
        },
      }
    },
  }
}
