import { UPLOAD_FORMAT } from '../../src/uploads/columns.ts'

/** A row of a file, by its headings: those of the upload format, and one that it doesn't know. */
export type Person = Record<string, string>

/** A column that Muster keeps in the file and reads nothing from. */
const NOTE = 'Note'

export const HEADINGS: readonly string[] = [...UPLOAD_FORMAT.columns.map(({ heading }) => heading), NOTE]

/** Somebody of whom every text is a mark: of every column that the format has, of later ones too. */
export function person(of: {
  word(matter?: 'uploads'): string
  mobile(): string
  site: string
  unit: string
}): Person {
  const values: Partial<Record<string, string>> = {
    id: '',
    organisationCode: '',
    version: '',
    site: of.site,
    organisationalUnit: of.unit,
    mobile: of.mobile(),
    hideMobile: '',
    hideFromDirectory: '',
    startsOn: '',
    secondaryEmail: `${of.word()}@home.example`,
  }
  const cells = UPLOAD_FORMAT.columns.map(({ heading, name }) => [heading, values[name] ?? of.word()])
  return { ...Object.fromEntries(cells), [NOTE]: of.word('uploads') }
}

/** A file of rows, under these headings and any others that its rows have. */
export function fileOf(people: readonly Person[], headings: readonly string[] = HEADINGS): Buffer {
  const lines = people.map((cells) => headings.map((heading) => cells[heading] ?? '').join(','))
  return Buffer.from(`${[headings.join(','), ...lines].join('\r\n')}\r\n`)
}
