/** Wakes whoever waits for it; what rings while nobody waits is heard by the next who does. */
export type Bell = {
  ring(): void
  /** Waits until it rings, or until the time is over. */
  rung(withinMs: number): Promise<void>
}

export function openBell(): Bell {
  let hasRung = false
  let wake = () => {}
  return {
    ring: () => {
      hasRung = true
      wake()
    },
    rung: async (withinMs) => {
      if (!hasRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, withinMs)
          timer.unref()
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      hasRung = false
    },
  }
}
