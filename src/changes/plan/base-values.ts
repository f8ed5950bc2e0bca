import type { FieldValue } from '../../directory/fields.ts'
import type { LastWrite } from '../last-write.ts'

/**
 * What an account said when it was seen, of the fields that were written since: each with the value that it had, and who
 * wrote it last. Null where not all of that is known any more.
 */
export type Base = ReadonlyMap<string, { value: FieldValue; write: LastWrite }> | null
