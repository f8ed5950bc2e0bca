import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { actorForToken } from '../../src/access/tokens.ts'
import type { Mode } from '../../src/changes/plan/wanted.ts'
import { exampleFiles } from '../../src/demo/examples.ts'
import { seedDemo } from '../../src/demo/seed.ts'
import type { Portal } from '../../src/portal.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import type { Upload } from '../../src/uploads/upload.ts'
import { testPortal } from '../support/portal.ts'

const FOLDER = join(import.meta.dirname, '..', '..', 'examples')
const SOURCES = join(import.meta.dirname, '..', '..', 'src')

let portal: Portal
let sam: Actor

beforeAll(async () => {
  portal = await testPortal()
  const demo = await seedDemo(portal)
  sam = (await actorForToken(portal, demo?.token as string)) as Actor
})
afterAll(() => portal[Symbol.asyncDispose]())

test('the files in examples/ are those that bin/make-examples writes', async () => {
  const made = exampleFiles()
  expect((await readdir(FOLDER)).filter((name) => name.endsWith('.csv')).sort()).toEqual(
    made.map(({ name }) => name).sort(),
  )
  for (const { name, content } of made) {
    expect((await readFile(join(FOLDER, name))).equals(content), `${name}: run bin/make-examples`).toBe(true)
  }
})

async function check(name: string, mode: Mode): Promise<Upload> {
  const { id } = await receiveUpload(portal, sam, {
    organisationCode: 'ZN1',
    mode,
    filename: name,
    bytes: (async function* () {
      yield await readFile(join(FOLDER, name))
    })(),
  })
  const { organisation } = await findUpload(portal, sam, id)
  await checkUpload(portal, { data: { uploadId: id, organisationId: organisation.id } })
  return findUpload(portal, sam, id)
}

/** The codes of the rows' problems, warnings too, in the order of the file. */
async function codesOf(uploadId: number): Promise<string[]> {
  const { rows } = await findRows(portal, sam, uploadId, { limit: 100 })
  return rows.flatMap((row) => row.problems.map(({ code }) => code))
}

describe('sent to the demo', () => {
  test('update-staff.csv updates', async () => {
    const { status, counts } = await check('update-staff.csv', 'update')
    expect(status).toBe('checked')
    expect(counts).toMatchObject({ rows: 40, update: 35, unchanged: 5, error: 0, problems: {} })
    expect(Object.keys(counts.fields).sort()).toEqual(
      ['description', 'hideMobile', 'jobTitle', 'lastName', 'mobile', 'site', 'telephone'].sort(),
    )
    expect(counts.clears.telephone).toBeGreaterThan(0)
  })

  test('update-staff-excel.csv is read as Excel saved it', async () => {
    const { id, encoding, counts, delimiter } = await check('update-staff-excel.csv', 'update')
    expect([encoding, delimiter]).toEqual(['windows-1252', ','])
    expect(counts).toMatchObject({ rows: 24, error: 0 })
    expect(await codesOf(id)).toEqual(Array(24).fill('mobile-without-zero'))
    expect(Object.keys(counts.fields).sort()).toEqual(['department', 'jobTitle'])
  })

  test('create-staff.csv creates, and finds two who may be there already, and one who is in it twice', async () => {
    const { id, counts } = await check('create-staff.csv', 'create')
    expect(counts).toMatchObject({ rows: 16, create: 12, possibleDuplicate: 4, error: 0 })
    expect((await codesOf(id)).sort()).toEqual([
      'possible-duplicate-leading-zeros',
      'possible-duplicate-name-and-mobile',
      'possible-duplicate-row',
      'possible-duplicate-row',
    ])
  })

  test('update-staff-with-mistakes.csv has every kind of mistake of an update, one a row', async () => {
    const upload = await check('update-staff-with-mistakes.csv', 'update')
    expect(upload.status).toBe('checked')
    expect(upload.assumptions).toMatchObject({ passwordIgnored: true, ignored: ['WhatIsWrong'] })
    const known = [...(await codesOfAnUpdate()), 'only-case', 'sample-row'].sort()
    expect([...new Set(await codesOf(upload.id))].sort()).toEqual(known)
    const { rows } = await findRows(portal, sam, upload.id, { limit: 100 })
    expect(rows.filter((row) => row.problems.length > 1).map((row) => [row.row, row.problems])).toEqual([])
    expect(upload.counts.update).toBeGreaterThan(5)
    expect(upload.counts).toMatchObject({ differentPerson: 1 })
    const renamed = rows.filter(({ action, changes }) => action === 'update' && changes.some(isName))
    expect(renamed.map(({ row }) => row)).toEqual([])
  })
})

function isName({ field }: { field: string }): boolean {
  return field === 'firstName' || field === 'lastName'
}

const ROW_RULES = [
  'directory/value-rules.ts',
  'directory/mobile.ts',
  'directory/tidy-text.ts',
  'directory/start-day.ts',
  'changes/plan/plan-problems.ts',
  ...['cell-rules', 'read-cell', 'validate-row', 'settle-plan', 'row-shape'].map(
    (name) => `uploads/${name}.ts`,
  ),
  ...['find-damage', 'suspect'].map((name) => `uploads/damage/${name}.ts`),
]

// Only new accounts have these, and addresses of a form; `most-rows-unknown` is about the file; where there are passwords, as in this file, a
// row that is uneven is one of `too-few-cells`, and apostrophes around cells aren't looked for.
const NOT_OF_AN_UPDATE =
  /^(required|already-exists|possible-duplicate.*|most-rows-unknown|other-separators|id-alone|uneven-row|other-quotes|not-in-served-domain|missing-organisation|no-such-organisation)$/

/** Every code that the sources give to a row's problem. */
async function codesOfAnUpdate(): Promise<string[]> {
  const texts = await Promise.all(ROW_RULES.map((name) => readFile(join(SOURCES, name), 'utf8')))
  const codes = texts.join('\n').matchAll(/(?:code: |fault\(\s*|warning\(\s*|[?:] )'([a-z]+(?:-[a-z]+)+)'/g)
  const held = ['account-leaver', 'account-deleted', 'repeated-row']
  return [...new Set([...[...codes].map((match) => match[1] as string), ...held])].filter(
    (code) => !NOT_OF_AN_UPDATE.test(code),
  )
}
