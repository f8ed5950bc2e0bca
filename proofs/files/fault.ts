/** An answer that no file may cause: a fault of the server, or none within ten seconds. */
export class Fault extends Error {}

/** No answer within ten seconds. Whether the file or a busy machine is to blame shows when the file is sent again. */
export class TooSlow extends Fault {}

/** Nothing that is done with a file may take longer. */
export const PATIENCE_MS = 10_000
