/** The time, as everything but PostgreSQL's own defaults reads it. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }
