import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readRecords } from '../support/read-records.ts'
import { readUpload, rejection } from '../support/read-upload.ts'

// Files that no one here wrote. They lie beside the repository where it is developed, and are not copied into it.
const CORPORA = join(import.meta.dirname, '../../../shared/corpora')
const isThere = existsSync(CORPORA)
const files = isThere ? csvFiles(CORPORA) : []

describe(`other people’s files (${files.length || `skipped: ${CORPORA} is not there`})`, () => {
  it.skipIf(!isThere)('are rejected with a reason or read, never a crash', { timeout: 120_000 }, async () => {
    for (const file of files) {
      const outcome = await rejection(readFileSync(file)).catch((error: Error) => error)
      if (!(outcome instanceof Error) || outcome.name === 'FileRejected') continue
      expect(outcome.message, file).toMatch(/^not text: (empty|not-text)$/)
    }
  })

  it.skipIf(!isThere)(
    'under a heading row of ours, are still rejected with a reason or read',
    { timeout: 120_000 },
    async () => {
      let read = 0
      for (const file of files) {
        const bytes = Buffer.concat([
          Buffer.from('LocalID,FirstName,LastName,JobTitle\n'),
          readFileSync(file),
        ])
        const outcome = await readUpload(bytes).catch((error: Error) => error)
        if (!(outcome instanceof Error)) read += outcome.rows.length
        else
          expect(outcome.name === 'FileRejected' || outcome.message.startsWith('not text'), file).toBe(true)
      }
      expect(read).toBeGreaterThan(1000)
    },
  )
})

const SPECTRUM = join(CORPORA, 'csv-spectrum')

describe('csv-spectrum', () => {
  const names = isThere ? readdirSync(join(SPECTRUM, 'csvs')).map((name) => name.replace(/\.csv$/, '')) : []

  it.skipIf(!isThere).each(names.length > 0 ? names : ['skipped'])(
    '%s means the table that it is said to mean',
    async (name) => {
      const records: string[][] = []
      const bytes = [readFileSync(join(SPECTRUM, 'csvs', `${name}.csv`))]
      for await (const batch of readRecords(bytes, {
        encoding: 'utf-8',
        delimiter: ',',
      })) {
        records.push(...batch.map(({ cells }) => cells))
      }
      const [headings, ...rows] = records as [string[], ...string[][]]
      const objects = rows.map((cells) =>
        Object.fromEntries(headings.map((heading, at) => [heading, cells[at]])),
      )
      // This copy of the files has lost its CRLFs (through git), where its tables have kept them.
      const meant = readFileSync(join(SPECTRUM, 'json', `${name}.json`), 'utf8').replaceAll('\\r\\n', '\\n')
      expect(objects).toEqual(JSON.parse(meant))
    },
  )
})

function csvFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[ct]sv$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}
