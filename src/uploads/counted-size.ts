/**
 * What each row of a file counts beside its bytes. However short a row is, its plan has a row of its own in the database,
 * with its entries in two or three indexes: 150 bytes at least, and 1,400 where one of 60 bytes fills every column.
 */
export const ROW_BYTES = 250

/** A file's size as limits count it. The database grows by at most seven times as much: test/uploads/growth.test.ts. */
export function countedSize(bytes: number, rows: number): number {
  return bytes + ROW_BYTES * rows
}
