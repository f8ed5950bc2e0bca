import { z } from 'zod'
import { RESULTS } from '../../../changes/change.ts'
import { MODES } from '../../../changes/plan/wanted.ts'
import { STATUSES } from '../../../changes/status.ts'
import type { Upload } from '../../../uploads/upload.ts'

const count = z.int().min(0)

/** An upload, as the API shows it. */
export const UploadAnswer = z
  .object({
    id: z.int(),
    organisation: z.string().describe('The organisation’s code.'),
    filename: z.string(),
    note: z.string().nullable().describe('What whoever sent it wanted their colleagues to know.'),
    mode: z.enum(MODES),
    status: z.enum(STATUSES),
    reason: z.string().nullable().describe('Why it was rejected or failed, and what to do.'),
    format: z.enum(['csv', 'xlsx', 'ods']).describe('What kind of file was sent.'),
    sheet: z.string().nullable().describe('Of a workbook the sheet that was read.'),
    otherSheets: z
      .array(z.string())
      .describe('Its other sheets with something in them, which were not read; up to 20.'),
    encoding: z.string().describe('Of the text that was read.'),
    delimiter: z.string().nullable(),
    counts: z
      .object({
        rows: count,
        update: count,
        create: count,
        unchanged: count,
        possibleDuplicate: count,
        differentPerson: count,
        conflict: count,
        error: count,
        setsBack: count.describe('Rows that give a field the value that it had before it was last changed.'),
        warned: count.describe('Rows with a warning, whatever becomes of them.'),
        warnings: z.record(z.string(), count).describe('Rows with a warning of each code.'),
        repairs: z.record(z.string(), count).describe('Rows with damage of each kind that can be repaired.'),
      })
      .describe('What the plan does: all zero until the check has ended.'),
    acceptedRepairs: z.array(z.string()).describe('Kinds of damage whose repairs were accepted.'),
    results: z
      .record(z.enum(RESULTS), count)
      .describe('What became of the rows: moves while the plan is applied.'),
    progress: z
      .object({ done: count, total: count })
      .describe('Rows done, of all, of the stage that the status names.'),
    warnings: z
      .array(
        z.object({
          code: z.string(),
          message: z.string(),
          count,
          examples: z
            .array(
              z.object({
                row: z.int(),
                column: z.string().nullable(),
                old: z.string().nullable(),
                new: z.string().nullable(),
              }),
            )
            .optional()
            .describe('Up to three of the rows that it is about.'),
          problem: z.string().optional().describe('The code of the problem that those rows have.'),
        }),
      )
      .describe('What a person should look at before confirming.'),
    ignoredColumns: z
      .array(z.object({ heading: z.string(), nearest: z.string().nullable() }))
      .describe('The columns that aren’t read, each with the heading that was probably meant.'),
    parts: z
      .array(z.object({ id: z.int(), organisation: z.string(), status: z.enum(STATUSES) }))
      .describe(
        'Where the file was divided, the upload of each organisation that you may see, this one among them.',
      ),
    createdAt: z.date(),
    completedAt: z.date().nullable(),
  })
  .meta({ id: 'Upload' })

export function uploadAnswer(upload: Upload): z.output<typeof UploadAnswer> {
  const { organisation, reason, assumptions, parts, ...rest } = upload
  const nearest = new Map(assumptions?.nearest?.map((miss) => [miss.heading, miss.nearest]))
  const ignored = assumptions?.ignored ?? []
  return {
    ...rest,
    counts: { ...rest.counts, setsBack: rest.counts.warnings['sets-back'] ?? 0 },
    organisation: organisation.code,
    parts: parts.map((part) => ({ id: part.id, organisation: part.organisation.code, status: part.status })),
    reason: reason?.message ?? null,
    ignoredColumns: ignored.map((heading) => ({ heading, nearest: nearest.get(heading) ?? null })),
  }
}
