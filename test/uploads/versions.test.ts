import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { decide } from '../../src/changes/decide.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import type { Portal } from '../../src/portal.ts'
import { reportText } from '../../src/reports/report-file.ts'
import { resultsFile } from '../../src/uploads/results-file.ts'
import { makeAccount } from '../support/account.ts'
import { asOwner, makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, csv } from '../support/upload.ts'

let portal: Portal
let own: number
let ann: Actor
let bob: Actor
let made = 0

beforeAll(async () => {
  portal = await testPortal()
  own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@x.example', 'local-administrator', own)
  bob = await makeActor(portal, 'bob@x.example', 'local-administrator', own)
})

afterAll(() => portal[Symbol.asyncDispose]())

async function person(values: Record<string, string> = {}): Promise<{ id: number; localId: string }> {
  const localId = `P${++made}`
  const given = { organisationId: own, updatedBy: ann.administratorId, firstName: 'Jo', lastName: 'Doe' }
  return { id: await makeAccount(portal, { ...given, localId, ...values }), localId }
}

async function edit(id: number, values: Record<string, string | boolean | null>): Promise<void> {
  await editAccount(portal, bob, id, { values })
}

/** The export, of these people alone. */
async function exported(...ids: number[]): Promise<{ headings: string; rows: string[] }> {
  const [headings = '', ...rows] = (
    await text(reportText(portal, ann, { kind: 'upload-file', organisationCode: 'RX1' }))
  )
    .replace('\uFEFF', '')
    .split('\r\n')
  return { headings, rows: ids.map((id) => rows.find((row) => row.startsWith(`${id},`)) as string) }
}

test('an export that is sent back untouched leaves alone what others have changed since', async () => {
  const jo = await person({ jobTitle: 'Nurse', department: 'Ward 1' })
  const kim = await person({ jobTitle: 'Porter' })
  const { headings, rows } = await exported(jo.id, kim.id)
  expect(headings).toMatch(/,StartsOn,Version$/)
  await edit(jo.id, { jobTitle: 'Sister', hideMobile: true })
  await edit(jo.id, { department: null, telephone: '0113 496 0101' })
  const { upload, rows: planned } = await check(portal, ann, 'RX1', csv(headings, ...rows))
  expect(upload.counts).toMatchObject({ rows: 2, unchanged: 2, warnings: { 'left-as-changed': 1 } })
  expect(upload.warnings).toEqual([
    {
      code: 'left-as-changed',
      message: '3 cells were left as others have changed them since your download.',
      count: 3,
    },
  ])
  expect(planned[0]?.problems.map(({ column }) => column)).toEqual(['JobTitle', 'Department', 'HideMobile'])
})

test('a conflict is left out, or settled by the row’s value, or by all but it', async () => {
  for (const decision of [null, 'use-file', 'update'] as const) {
    const jo = await person({ jobTitle: 'Nurse', department: 'Ward 1', title: 'Ms' })
    const { headings, rows } = await exported(jo.id)
    await edit(jo.id, { jobTitle: 'Sister', title: 'Dr' })
    const file = csv(headings, (rows[0] as string).replace('Nurse', 'Matron').replace('Ward 1', 'Ward 2'))
    const { upload, rows: planned } = await check(portal, ann, 'RX1', file)
    expect(planned[0]).toMatchObject({ action: 'conflict', choices: ['update', 'use-file', 'leave-out'] })
    expect(planned[0]?.problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringMatching(/^left-as-changed: Title stays “Dr”: bob@x.example changed it on /),
      expect.stringMatching(
        /^changed-by-others: Job title was “Nurse” at version 1, and is “Sister” now: bob@x.example changed it on .+\. The row says “Matron”\./,
      ),
    ])
    if (decision) await decide(portal, ann, upload.id, { rows: [{ row: 2, decision }] })
    await apply(portal, ann, upload)
    expect(await findAccount(portal, ann, jo.id)).toMatchObject({
      title: 'Dr',
      jobTitle: decision === 'use-file' ? 'Matron' : 'Sister',
      department: decision ? 'Ward 2' : 'Ward 1',
    })
  }
})

test('what isn’t known of the past any more is a conflict', async () => {
  const jo = await person({ jobTitle: 'Nurse' })
  const { headings, rows } = await exported(jo.id)
  await edit(jo.id, { department: 'Ward 1' })
  const file = csv(headings, (rows[0] as string).replace('Nurse', 'Matron'))
  expect((await check(portal, ann, 'RX1', file)).rows[0]).toMatchObject({ action: 'update' })
  await asOwner(portal, `update change set before = null, after = null where account_id = ${jo.id}`)
  const { rows: planned } = await check(portal, ann, 'RX1', file)
  expect(planned[0]).toMatchObject({ action: 'conflict', choices: ['use-file', 'leave-out'] })
  expect(planned[0]?.problems[0]?.message).toMatch(/What it was at version 1, .+ isn’t known any more/)
})

test('a results file that is sent back agrees with what it wrote, and leaves what others wrote after it', async () => {
  const jo = await person({ jobTitle: 'Nurse', department: 'Ward 1' })
  const { headings, rows } = await exported(jo.id)
  const { upload } = await check(
    portal,
    ann,
    'RX1',
    csv(headings, (rows[0] as string).replace('Nurse', 'Matron')),
  )
  await apply(portal, ann, upload)
  await edit(jo.id, { department: 'Ward 2' })
  const results = await text((await resultsFile(portal, ann, upload.id)).content)
  expect(results).toMatch(/,1,Updated,/)
  const again = await check(portal, ann, 'RX1', results)
  expect(again.rows[0]).toMatchObject({ action: 'unchanged' })
  expect(again.rows[0]?.problems.map(({ column }) => column)).toEqual(['Department'])
  const corrected = await check(portal, ann, 'RX1', results.replace('Matron', 'Sister'))
  expect(corrected.rows[0]).toMatchObject({ action: 'conflict' })
  expect(corrected.rows[0]?.problems[1]?.message).toContain('ann@x.example changed it on')
  expect(corrected.rows[0]?.problems[1]?.message).toContain('(people.csv, row 2)')
})

test('of an account that was written many times, what was changed last can still be set back', async () => {
  const jo = await person({ jobTitle: 'Nurse' })
  for (let n = 1; n <= 24; n++) await edit(jo.id, { department: `Ward ${n}` })
  await edit(jo.id, { jobTitle: 'Sister' })
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', `${jo.localId},Nurse`))
  expect(upload.counts).toMatchObject({ update: 1, warnings: { 'sets-back': 1 } })
})

test('without a version, a field that gets its former value back says whose work that sets back', async () => {
  const [jo, kim] = [await person({ jobTitle: 'Nurse' }), await person({ jobTitle: 'Porter' })]
  const file = csv(
    'LocalID,JobTitle,Department',
    `${jo.localId},Nurse,Ward 9`,
    `${kim.localId},Porter,Ward 9`,
  )
  await edit(jo.id, { jobTitle: 'Sister' })
  await edit(jo.id, { department: 'Ward 1' })
  await edit(kim.id, { jobTitle: 'Clerk' })
  await edit(kim.id, { jobTitle: 'Cook' })
  const { upload, rows } = await check(portal, ann, 'RX1', file)
  expect(upload.counts).toMatchObject({ update: 2, warnings: { 'sets-back': 1 } })
  expect(upload.warnings).toContainEqual(expect.objectContaining({ code: 'sets-back', count: 1 }))
  expect(rows[0]?.problems).toEqual([
    {
      column: 'JobTitle',
      code: 'sets-back',
      message: expect.stringMatching(
        /^This sets back what bob@x.example changed on .+: Job title was “Nurse” before, and is “Sister” now\.$/,
      ),
      value: 'Nurse',
      severity: 'warning',
    },
  ])
  expect(rows[1]?.problems).toEqual([])
})
