import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import type { Portal } from '../../src/portal.ts'
import type { UploadRow } from '../../src/uploads/upload.ts'
import { rowView } from '../../src/web/uploads/row-view.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv } from '../support/upload.ts'

const HEADING = 'LocalID,FirstName,LastName,Mobile'
const SMITHS = csv(HEADING, '1,Jane,Smith,07700 900001', '2,Jane,Smith,07700 900002')
const MORE = csv(
  HEADING,
  '11,Jane,Smith,07700 900011',
  '12,Jane,Smith,07700 900012',
  '13,Ann,Nobody,07700 900013',
)

async function twoTrusts(): Promise<{ portal: Portal; ann: Actor; bob: Actor }> {
  const portal = await testPortal()
  const ann = await makeActor(
    portal,
    'ann@one.example',
    'local-administrator',
    await makeOrganisation(portal, 'RX1'),
  )
  const bob = await makeActor(
    portal,
    'bob@two.example',
    'local-administrator',
    await makeOrganisation(portal, 'RX2'),
  )
  return { portal, ann, bob }
}

test('a plan tells nothing of another organisation’s people: it is the same with them and without', async () => {
  const { portal, ann, bob } = await twoTrusts()
  await using _ = portal
  const without = proposed((await check(portal, bob, 'RX2', MORE, 'create')).rows)
  await create(portal, ann, 'RX1', SMITHS)
  const { rows, upload } = await check(portal, bob, 'RX2', MORE, 'create')
  expect(proposed(rows)).toEqual(without)
  expect(without).toEqual([
    'jane.smith@staff.example',
    'jane.smith2@staff.example',
    'ann.nobody@staff.example',
  ])
  // Their own are told apart, and each of one's own is known.
  expect(proposed((await check(portal, ann, 'RX1', MORE, 'create')).rows)).toEqual([
    'jane.smith3@staff.example',
    'jane.smith4@staff.example',
    'ann.nobody@staff.example',
  ])

  expect(fieldsOf(rows[0])).toContain('Email address, proposed')

  // Applied, everybody has an address of their own, and the rows tell which.
  const applied = await apply(portal, bob, upload)
  expect(applied.upload.results).toMatchObject({ created: 3, failed: 0 })
  expect(proposed(applied.rows)).toEqual(await addressesOf(portal, applied.rows))
  expect(fieldsOf(applied.rows[0])).toContain('Email address')
  expect(new Set(proposed(applied.rows))).toEqual(
    new Set(['jane.smith3@staff.example', 'jane.smith4@staff.example', 'ann.nobody@staff.example']),
  )
})

function fieldsOf(row: UploadRow | undefined): string[] {
  return row ? rowView(row).changes.map(({ field }) => field) : []
}

function proposed(rows: readonly UploadRow[]): unknown[] {
  return rows.map(({ changes }) => changes.find(({ field }) => field === 'emailAddress')?.new)
}

function addressesOf(portal: Portal, rows: readonly UploadRow[]): Promise<string[]> {
  return portal.database.transaction('everything', async (tx) => {
    const found = await tx.rows<{ id: number; address: string }>(
      sql`select account_id as id, address from address`,
    )
    return rows.map(({ accountId }) => found.find(({ id }) => id === accountId)?.address ?? '')
  })
}
