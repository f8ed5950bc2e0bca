import { parse } from 'csv-parse/sync'

/** A CSV file's cells as another reader than ours finds them. */
export function cellsOf(text: string): string[][] {
  return parse(text, { bom: true })
}
