import { expect, test } from 'vitest'
import { uploadSample, uploadTemplate } from '../../src/reports/template.ts'
import { UPLOAD_FORMAT } from '../../src/uploads/columns.ts'
import { validateUpload } from '../support/read-upload.ts'

test('the template is the headings and nothing else', async () => {
  const { content } = uploadTemplate()
  expect(content).toBe(`\uFEFF${UPLOAD_FORMAT.columns.map((column) => column.heading).join(',')}\r\n`)
})

test('the sample is a file that can be sent', async () => {
  const rows = await validateUpload(uploadSample().content, { mode: 'create' })
  expect(rows).toHaveLength(3)
  expect(rows.flatMap((row) => row.problems)).toEqual([])
})
