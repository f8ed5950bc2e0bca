/** An answer that no file may cause: a fault of the server, or none within ten seconds. */
export class Fault extends Error {}

/** Nothing that is done with a file may take longer. */
export const PATIENCE_MS = 10_000
