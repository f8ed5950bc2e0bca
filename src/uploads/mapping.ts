import { createHash } from 'node:crypto'
import { quoted } from '../directory/fault.ts'
import { InvalidInput } from '../errors.ts'
import { type ColumnName, UPLOAD_FORMAT, type UploadFormat } from './columns.ts'
import { foldHeading, namesPasswords } from './heading-words.ts'

/** What a person says of a file's headings: the field that each means, or null for none. */
export type Mapping = Readonly<Record<string, string | null>>

/** The same by folded headings, and by the names of columns: as it is kept. */
export type KeptMapping = Record<string, ColumnName | null>

/**
 * Reads a mapping. Fields may be named as the API or as the template names them.
 * @throws InvalidInput for a field that is none, a field that two headings mean, or a heading of passwords
 */
export function readMapping(mapping: Mapping, format: UploadFormat = UPLOAD_FORMAT): KeptMapping {
  const kept = new Map<string, ColumnName | null>()
  const taken = new Map<ColumnName, string>()
  for (const [heading, field] of Object.entries(mapping)) {
    const key = foldHeading(heading)
    if (key === '') throw refused(`${quoted(heading)} is no heading: it has neither letters nor digits.`)
    if (namesPasswords(heading, format))
      throw refused(`${quoted(heading)} is a column of passwords, which are never read.`)
    const name = field === null ? null : columnName(field, format)
    const other = name === null ? undefined : taken.get(name)
    if (other !== undefined)
      throw refused(`${quoted(other)} and ${quoted(heading)} can’t both be ${field}. Choose one.`)
    if (name !== null) taken.set(name, heading)
    kept.set(key, name)
  }
  return Object.fromEntries(kept)
}

/** By which files with the same headings are known, in whatever order. */
export function headingsKey(words: readonly string[]): Buffer {
  const folded = [...new Set(words.map(foldHeading))].filter((word) => word !== '').sort()
  return createHash('sha256').update(folded.join('\n')).digest()
}

function columnName(field: string, format: UploadFormat): ColumnName {
  const column = format.columns.find(({ name }) => name.toLowerCase() === foldHeading(field))
  if (column) return column.name
  const names = format.columns.map(({ heading }) => heading).join(', ')
  throw refused(`There is no column ${quoted(field)}. Choose one of: ${names}.`)
}

function refused(message: string): InvalidInput {
  return new InvalidInput(message, { field: 'mapping', code: 'mapping-invalid' })
}
