import { parse } from 'csv-parse/sync'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { asRead } from '../support/formula.ts'
import { readXlsx } from '../support/read-xlsx.ts'
import { CONTENT_TYPES, type FileKind } from '../support/workbooks.ts'
import { Fault, PATIENCE_MS, TooSlow } from './fault.ts'
import type { Listening } from './listen.ts'

/** A row of the plan, as the API tells it. */
export type PlannedRow = {
  row: number
  action: string
  changes: { field: string; old: unknown; new: unknown }[]
  problems: { column: string | null; code: string; message: string; value: string | null; severity: string }[]
}

/** What became of a file, as far as its sender can see. */
export type Outcome =
  | { kind: 'refused'; status: number; code: string; message: string }
  | { kind: 'rejected'; code: string; message: string }
  | {
      kind: 'read'
      encoding: string
      delimiter: string
      /** The columns that the page names as ignored. */
      ignored: string[]
      /** The sheets that the page names beside the one that was read. */
      otherSheets: string[]
      /** The results file without its own columns, from the heading row downwards. */
      kept: string[][]
      /** The number of the heading row. */
      headingRow: number
      planned: PlannedRow[]
    }

/**
 * Sends a file through the upload route, waits for its check, reads its plan, and cancels it to have its results file.
 * @param asForm whether it is sent as a form's field, or as the body
 * @throws Fault for what no file may cause
 */
export async function sendFile(
  to: Listening,
  { bytes, mode, sentAs = 'csv' }: { bytes: Uint8Array; mode: string; sentAs?: FileKind },
  asForm: boolean,
): Promise<Outcome> {
  const sent = await call(
    to,
    'POST',
    `uploads?organisation=${to.code}&mode=${mode}&filename=people.${sentAs}`,
    { file: asForm ? form(bytes, sentAs) : bytes, type: CONTENT_TYPES[sentAs] },
  )
  if (sent.status !== 202) {
    const { code, detail } = sent.json()
    return { kind: 'refused', status: sent.status, code, message: detail }
  }
  const { id } = sent.json()
  await to.checked(id)
  // Past the API, which leaves out a rejection's code and what is ignored.
  const upload = await findUpload(to.portal, to.actor, id)
  const { status, reason, encoding, delimiter, assumptions } = upload
  if (status === 'rejected')
    return { kind: 'rejected', code: reason?.code ?? '', message: reason?.message ?? '' }
  if (status !== 'checked') throw new Fault(`the upload is ${status}: ${reason?.message}`)
  const planned = await plannedRows(to, id)
  await call(to, 'POST', `uploads/${id}/cancellation`)
  const results = await call(to, 'GET', `uploads/${id}/results.${sentAs === 'csv' ? 'csv' : 'xlsx'}`)
  return {
    kind: 'read',
    encoding,
    delimiter: delimiter ?? '',
    ignored: assumptions?.ignored ?? [],
    otherSheets: [...(upload.otherSheets ?? [])],
    planned,
    ...(sentAs === 'csv' ? keptRows(results.bytes, delimiter ?? ',') : await keptCells(results.bytes)),
  }
}

type Answer = { status: number; bytes: Buffer; json: () => ReturnType<typeof JSON.parse> }

async function call(
  to: Listening,
  method: string,
  path: string,
  { file, type }: { file?: Uint8Array | FormData; type?: string } = {},
): Promise<Answer> {
  const isBody = file instanceof Uint8Array
  const { status, bytes } = await fetch(`${to.url}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${to.token}`, ...(isBody ? { 'content-type': type } : {}) },
    ...(file ? { body: file as FormData } : {}), // bytes are fine too
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
    .then(async (answer) => ({ status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) }))
    .catch((error: Error) => {
      const message = `${method} ${path.replace(/\?.*/, '')}: ${error.message}`
      throw error.name === 'TimeoutError' ? new TooSlow(message) : new Fault(message)
    })
  if (status >= 500) throw new Fault(`${method} ${path} answers ${status}: ${bytes}`)
  return { status, bytes, json: () => JSON.parse(bytes.toString()) }
}

function form(bytes: Uint8Array, kind: FileKind): FormData {
  const data = new FormData()
  const type = CONTENT_TYPES[kind]
  data.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>], { type }), `people.${kind}`)
  return data
}

async function plannedRows(to: Listening, id: number): Promise<PlannedRow[]> {
  const rows: PlannedRow[] = []
  for (let after: number | null = 0; after !== null; ) {
    const page = (await call(to, 'GET', `uploads/${id}/rows?limit=1000&after=${after}`)).json()
    rows.push(...page.rows)
    after = page.next
  }
  return rows
}

const ADDED = 4

// Read with another reader than ours, and what we add taken off again: four columns, and an apostrophe before what a
// spreadsheet would take for a formula.
function keptRows(bytes: Buffer, delimiter: string): { kept: string[][]; headingRow: number } {
  const records = parse(bytes, { bom: true, delimiter, relax_column_count: true }) as string[][]
  const at = records.findIndex((cells) => cells.at(-ADDED) === 'Result')
  const kept = records.slice(at).map((cells) => {
    const isBlank = cells.every((cell) => cell.trim() === '')
    return (isBlank ? cells : cells.slice(0, -ADDED)).map(asRead)
  })
  return { kept, headingRow: at + 1 }
}

// Of a workbook nothing but what we add: nothing runs in its cells.
async function keptCells(bytes: Buffer): Promise<{ kept: string[][]; headingRow: number }> {
  const rows = await readXlsx(bytes)
  const at = rows.findIndex((cells) => cells.at(-ADDED) === 'Result')
  const width = rows[at]?.length ?? 0
  const kept = rows.slice(at).map((cells) => {
    const isBlank = cells.every((cell) => cell.trim() === '')
    return isBlank ? [] : Array.from({ length: width - ADDED }, (_, place) => cells[place] ?? '')
  })
  return { kept, headingRow: at + 1 }
}
