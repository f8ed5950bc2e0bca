import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MatchedAccount } from '../../src/changes/plan/find-matches.ts'
import { planChange } from '../../src/changes/plan/plan-change.ts'
import type { Problem } from '../../src/changes/problem.ts'
import { csvLines } from '../../src/csv/write.ts'
import { foldKey } from '../../src/directory/address-name.ts'
import { PERSON_FIELDS } from '../../src/directory/fields.ts'
import { cellOf, UPLOAD_FORMAT, type UploadFormat } from '../../src/uploads/columns.ts'
import { foldHeading } from '../../src/uploads/heading-words.ts'
import { sampleCsv, templateCsv } from '../../src/uploads/template.ts'
import { validateRow } from '../../src/uploads/validate-row.ts'
import { CONTEXT, PLANNING, readUpload, rejection, validateUpload } from '../support/read-upload.ts'

describe('the upload format', () => {
  it('has a column for every field of an account, and no word for two columns', () => {
    const names: string[] = UPLOAD_FORMAT.columns.map(({ name }) => name)
    expect(names.toSorted()).toEqual(
      [...PERSON_FIELDS, 'id', 'emailAddress', 'organisationCode', 'version'].toSorted(),
    )
    const words = UPLOAD_FORMAT.columns.flatMap(({ heading, aliases, usualWords }) =>
      [heading, ...aliases, ...usualWords].map(foldHeading),
    )
    const others = [...UPLOAD_FORMAT.resultHeadings, UPLOAD_FORMAT.problemHeading].map(foldHeading)
    const isShared = (word: string) => word === foldHeading(UPLOAD_FORMAT.sharedHeading)
    const all = [...words, ...others.filter((word) => !isShared(word))]
    expect(new Set(all).size).toBe(all.length)
  })

  it('names the API’s fields after its headings', () => {
    for (const { heading, name } of UPLOAD_FORMAT.columns)
      expect(name.toLowerCase()).toBe(heading.toLowerCase())
  })

  it('offers a template that lacks nothing but rows', async () => {
    expect(await rejection(templateCsv(), { mode: 'both' })).toMatchObject({ code: 'no-rows' })
    expect(templateCsv() + sampleCsv()).not.toContain('Version')
  })

  it('offers a filled sample that is read without a problem, in every mode', async () => {
    for (const mode of ['update', 'create', 'both'] as const) {
      const rows = await validateUpload(sampleCsv(), { mode })
      expect(rows.flatMap(({ problems }) => problems)).toEqual([])
      expect(rows.map(({ localId }) => localId)).toEqual(['0012345', '0012346', 'AG-1077'])
    }
  })

  it('can be another one, with other headings', async () => {
    const german: UploadFormat = {
      ...UPLOAD_FORMAT,
      columns: UPLOAD_FORMAT.columns.map((column) =>
        column.name === 'localId' ? { ...column, heading: 'Personalnummer', aliases: [] } : column,
      ),
      isPassword: (heading) => heading === 'kennwort',
    }
    const { headings, rows } = await readUpload('Personal-Nummer;Kennwort\n0012;geheim\n', { format: german })
    expect(headings.columns.map(({ column }) => column.name)).toEqual(['localId'])
    expect(rows[0]?.cells).toEqual(['0012', ''])
  })
})

describe('an account’s values written as cells', () => {
  const nameOf = (max: number) =>
    fc
      .string({
        unit: fc.constantFrom('-', "'", '’', '.', 'a', 'É', 'e\u0301', 'م', '李', ' '),
        minLength: 1,
        maxLength: max,
      })
      .map((text) => text.normalize('NFC').trim())
      .filter((text) => text !== '')
  const text = (max: number) =>
    fc
      .string({
        unit: fc.oneof(
          fc.constantFrom('=', '+', "'", '"', ',', ';', '\n', '0', ' '),
          fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
          fc.constantFrom('é', '😀', 'ש', '\u00a0'),
        ),
        maxLength: max,
      })
      .map((value) => value.normalize('NFC').trim())
      .filter((value) => value !== '')
  const account = fc.record({
    localId: text(40).filter((value) => !/[\n\t]/.test(value)),
    firstName: nameOf(20),
    lastName: nameOf(20),
    jobTitle: fc.option(text(40)),
    description: fc.option(text(80)),
    mobile: fc.constant('+447700900123'),
    hideMobile: fc.boolean(),
  })

  it('are read back as the same values, empty ones as no change', async () => {
    const fields = [
      'localId',
      'firstName',
      'lastName',
      'jobTitle',
      'description',
      'mobile',
      'hideMobile',
    ] as const
    await fc.assert(
      fc.asyncProperty(
        fc.array(account, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(',', ';', '\t'),
        async (accounts, delimiter) => {
          const rows = accounts.map((values) => fields.map((field) => cellOf(values[field])))
          const read = await readUpload(csvLines([[...fields], ...rows], delimiter))
          const planned = read.rows.map((row, at) => {
            const fields = accounts[at] as MatchedAccount['fields']
            const byId = {
              id: 1,
              version: 1,
              status: 'Active',
              statusSince: null,
              localIdKey: foldKey(`${fields.localId}`),
              fields,
            }
            const match = { byId, byLocalId: byId, similar: null }
            return planChange(validateRow(row, read.headings, CONTEXT), match, () => 2, PLANNING)
          })
          const errors = planned.flatMap(({ problems }) =>
            (problems as Problem[]).filter(({ severity }) => severity === 'error'),
          )
          expect(errors).toEqual([])
          expect(planned.map(({ action }) => action)).toEqual(accounts.map(() => 'unchanged'))
        },
      ),
      { numRuns: 500 },
    )
  })
})
