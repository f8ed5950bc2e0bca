import { create } from 'content-disposition'

/** The header that names a file to be saved (RFC 6266), whatever the name holds. */
export function attachment(filename: string): string {
  return create(filename.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\]/gu, '-').toWellFormed())
}
