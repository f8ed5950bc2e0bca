import { expect, test } from 'vitest'
import { decide } from '../../src/changes/decide.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check, csv } from '../support/upload.ts'

const HEADING = 'LocalID,FirstName,LastName,Mobile,SecondaryEmail,JobTitle,Department'

async function checked(...rows: string[]) {
  const portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const { upload, rows: planned } = await check(portal, ann, 'RX1', csv(HEADING, ...rows), 'create')
  return { portal, ann, upload, rows: planned }
}

test('rows of one file about one new person are left out, each naming the other', async () => {
  const { portal, ann, upload, rows } = await checked(
    '00010001,Siobhán,O’Hara,07700 900001,,,',
    "00090002,Siobhan,O'Hara,07700 900001,,,",
    '00010003,Liz,Carter,07700 900003,liz@example.org,,',
    '00090004,Elizabeth,Carter,07700 900004,LIZ@example.org,,',
    '00010005,Omar,Khan,07700 900005,,Nurse,Ward 7',
    '00010006,Jo,Ng,07700 900006,,,',
  )
  await using _ = portal
  expect(rows.map(({ action, similarRow }) => [action, similarRow])).toEqual([
    ['possible-duplicate', 3],
    ['possible-duplicate', 2],
    ['possible-duplicate', 5],
    ['possible-duplicate', 4],
    ['create', null],
    ['create', null],
  ])
  expect(rows[0]).toMatchObject({
    similar: null,
    choices: ['create', 'leave-out'],
    problems: [
      {
        ...{ column: 'LocalID', code: 'possible-duplicate-row', severity: 'warning' },
        message:
          "Row 3 is about O'HARA, Siobhan (RX1), who has the same name and mobile. If it is the same person, leave one of the rows out; if not, choose “create”.",
      },
    ],
  })
  expect(rows[3]?.problems[0]?.message).toMatch(
    /^Row 4 is about CARTER, Liz \(RX1\), who has nearly the same name/,
  )
  expect(upload.counts).toMatchObject({
    ...{ rows: 6, create: 2, possibleDuplicate: 4 },
    warnings: { 'possible-duplicate-row': 4 },
  })
  await decide(portal, ann, upload.id, { rows: [{ row: 2, decision: 'create' }] })
  expect((await findUpload(portal, ann, upload.id)).decided.create).toBe(1)
})

test('families, colleagues at one mobile, and namesakes are no twins', async () => {
  const ward = Array.from(
    { length: 60 },
    (_, n) => `0007${String(n).padStart(4, '0')},Ann,${letters(n)},07700 900099,,,`,
  )
  const { portal, rows } = await checked(
    '00010001,Emma,Moss,07700 900001,moss@example.org,,',
    '00090002,Ella,Moss,07700 900001,moss@example.org,,',
    '00010003,Omar,Khan,07700 900003,,Nurse,Ward 7',
    '00090004,Omar,Khan,07700 900004,,Nurse,Ward 7',
    '00030001,Ivy,Bell,07700 900005,,,',
    '00030002,Ivy,Bell,07700 900006,,,',
    ...ward,
  )
  await using _ = portal
  expect(new Set(rows.map(({ action }) => action))).toEqual(new Set(['create']))
})

/** As many last names as are wanted, of which none is a slip of another. */
function letters(n: number): string {
  const letter = (at: number) => String.fromCharCode(97 + at).repeat(4)
  return letter(n % 26) + letter(Math.floor(n / 26) + 5)
}
