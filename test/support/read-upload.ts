import type { Planning } from '../../src/changes/plan/plan-problems.ts'
import { settleDoubts } from '../../src/changes/plan/settle-doubts.ts'
import type { Wanted } from '../../src/changes/plan/wanted.ts'
import { encodingDetector } from '../../src/csv/encoding.ts'
import { ruleContext } from '../../src/directory/value-rules.ts'
import type { ValidationContext } from '../../src/uploads/read-cell.ts'
import { type ReadOptions, type RowReader, readRows, type UploadedRow } from '../../src/uploads/read-rows.ts'
import { FileRejected } from '../../src/uploads/rejected.ts'
import type { Assumptions, FileWarning } from '../../src/uploads/upload.ts'
import { validateRow } from '../../src/uploads/validate-row.ts'

export type Read = {
  headings: RowReader['headings']
  delimiter: string
  encoding: string
  rows: UploadedRow[]
  assumptions: Assumptions
  notes: FileWarning[]
}

/** A whole upload read at once, its encoding found out as the portal does; literal CSV in, rows out. */
export async function readUpload(
  file: string | Uint8Array,
  options: Partial<ReadOptions> = {},
): Promise<Read> {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file
  const detector = encodingDetector()
  detector.push(bytes)
  const detected = detector.end()
  if (detected.kind !== 'text') throw new Error(`not text: ${detected.kind}`)
  const { encoding } = detected
  const reader = await readRows([bytes], { encoding, mode: 'update', mobileRequired: true, ...options })
  const rows: UploadedRow[] = []
  for await (const batch of reader.rows) rows.push(...batch)
  const { delimiter } = reader.head()
  return {
    headings: reader.headings,
    delimiter,
    encoding,
    rows,
    assumptions: reader.assumptions(),
    notes: reader.notes(),
  }
}

/** Why a file is rejected, or undefined when it is read. */
export async function rejection(
  file: string | Uint8Array,
  options: Partial<ReadOptions> = {},
): Promise<FileRejected | undefined> {
  try {
    await readUpload(file, options)
    return undefined
  } catch (error) {
    if (error instanceof FileRejected) return error
    throw error
  }
}

const ORGANISATION = {
  code: 'RX1',
  sites: [
    { code: 'RX101', name: 'St Mary’s Hospital' },
    { code: 'RX102', name: 'Ashgrove Clinic' },
  ],
  units: [{ name: 'Emergency Care' }, { name: 'Estates' }],
}

export const CONTEXT: ValidationContext = {
  rules: ruleContext(ORGANISATION, 'staff.example'),
  mobileRequired: true,
}

/** The filled rows of literal CSV, validated: as they are where they reach nobody who settles what is doubtful. */
export async function validateUpload(
  file: string | Uint8Array,
  options: Partial<ReadOptions> = {},
  context: ValidationContext = CONTEXT,
): Promise<Wanted[]> {
  const { headings, rows } = await readUpload(file, options)
  return rows
    .filter((row) => !row.isBlank)
    .map((row) => {
      const read = validateRow(row, headings, context)
      const nobody = { byId: null, byLocalId: null, similar: null }
      const { doubts: _, ...settled } = settleDoubts(read, nobody, PLANNING)?.plain.row ?? read
      return settled
    })
}

export const PLANNING: Planning = {
  ...{
    mode: 'update',
    organisationCode: 'RX1',
    servedDomain: 'staff.example',
    mobileRequired: true,
    today: '2026-11-30',
  },
  headingOf: (field) => field,
  advice: {
    ...{
      exists: '',
      gone: '',
      unknownId: '',
      unknownLocalId: '',
      similar: '',
      zerosLost: '',
      returned: { Leaver: '', Deleted: '' },
      twice: '',
      unit: null,
    },
    repair: { offer: '', done: '' },
  },
}

/** One person's row with one more column, validated. */
export async function validateCell(heading: string, cell: string): Promise<Wanted> {
  const quotedCell = `"${cell.replaceAll('"', '""')}"`
  const [row] = await validateUpload(`LocalID,${heading}\r\n1001,${quotedCell}\r\n`)
  return row as Wanted
}
