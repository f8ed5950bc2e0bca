import { findRows } from '../../uploads/find-rows.ts'
import { findUpload } from '../../uploads/find-uploads.ts'
import type { UploadRow } from '../../uploads/upload.ts'
import { type Fields, field, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** What a file’s row says that only a transfer can do: its problem’s code, and where its value is meant to lead. */
export const NEEDS_TRANSFER = { 'other-organisation': 'to', 'unit-needs-transfer': 'toUnit' } as const

const CODES = Object.keys(NEEDS_TRANSFER) as (keyof typeof NEEDS_TRANSFER)[]

/** Rows that are read at once, and in all. */
const [PAGE, MOST] = [1_000, 10_000]

/**
 * A link from a file’s rows that try to move people (`?upload=12`, and `&row=5` for one of them), as the form’s own
 * fields: whom, and where to, if that is the same for all of them.
 */
export async function askedByFile(request: PageRequest, fields: Fields): Promise<Fields> {
  if (field(fields, 'upload') === '') return fields
  const { portal, actor } = request
  const id = idOf(field(fields, 'upload'))
  const { organisation } = await findUpload(portal, actor, id)
  const rows = await rowsThatMove(request, id, field(fields, 'row'))
  const localIds = [...rows.values()].flatMap(({ localId }) => localId ?? [])
  return {
    organisation: organisation.code,
    localIds: localIds.join('\n'),
    ...Object.fromEntries(CODES.map((code) => [NEEDS_TRANSFER[code], sameFor([...rows.values()], code)])),
  }
}

async function rowsThatMove({ portal, actor }: PageRequest, id: number, only: string) {
  const one = /^[1-9]\d{0,8}$/.test(only) ? Number(only) : null
  const found = new Map<number, UploadRow>()
  for (const problem of CODES) {
    for (let after = one === null ? 0 : one - 1; ; ) {
      const limit = one === null ? PAGE : 1
      const { rows, next } = await findRows(portal, actor, id, { problem, after, limit })
      for (const row of rows) if (one === null || row.row === one) found.set(row.row, row)
      if (one !== null || next === null || found.size >= MOST) break
      after = next
    }
  }
  return found
}

function sameFor(rows: readonly UploadRow[], code: string): string {
  const values = new Set(
    rows.map(({ problems }) => problems.find((problem) => problem.code === code)?.value ?? ''),
  )
  const [value = ''] = values
  return values.size === 1 && value !== '[clear]' ? value : ''
}
