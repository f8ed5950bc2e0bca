import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { setAsItIs } from '../support/change-sets.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { planATransfer } from '../support/transfer.ts'
import { check } from '../support/upload.ts'

const PEOPLE = 40

let portal: Portal
let both: Actor
let rounds = 0
let [own, other]: [number, number] = [0, 0]
let [here, there]: [string, string] = ['', '']

beforeAll(async () => {
  portal = await testPortal()
})

beforeEach(async () => {
  rounds++
  ;[here, there] = [`RA${rounds}`, `ZB${rounds}`]
  own = await makeOrganisation(portal, here)
  other = await makeOrganisation(portal, there)
  both = await makeActor(portal, `both${rounds}@x.example`, 'local-administrator', own, other)
})

afterAll(() => portal[Symbol.asyncDispose]())

test('transfers that cross each other end as one after the other, though people have the same local IDs', async () => {
  const mine = await people(own, 'S')
  const theirs = await people(other, 'S')
  const out = await planned(here, there, mine)
  const back = await planned(there, here, theirs)
  await Promise.all([applied(out, own), applied(back, other)])
  expect(await where([...mine, ...theirs])).toEqual({ [own]: PEOPLE, [other]: PEOPLE })
  expect((await setAsItIs(portal, out)).results).toMatchObject({ updated: PEOPLE })
  expect((await setAsItIs(portal, back)).results).toMatchObject({ updated: PEOPLE })
})

test('of two transfers of the same people to two places, one moves them and the other fails', async () => {
  const third = await makeOrganisation(portal, `QC${rounds}`)
  both = await makeActor(portal, `all${rounds}@x.example`, 'local-administrator', own, other, third)
  const mine = await people(own, 'T')
  const sets = [await planned(here, there, mine), await planned(here, `QC${rounds}`, mine)]
  await Promise.all(sets.map((id) => applied(id, own)))
  const [one, two] = await Promise.all(sets.map(async (id) => (await setAsItIs(portal, id)).results))
  expect((one?.updated ?? 0) + (two?.updated ?? 0)).toBe(PEOPLE)
  expect((one?.failed ?? 0) + (two?.failed ?? 0)).toBe(PEOPLE)
  const places = await where(mine)
  expect((places[other] ?? 0) + (places[third] ?? 0)).toBe(PEOPLE)
})

test('a file that is applied at the same time changes who is still there, and each person is in one place', async () => {
  const mine = await people(own, 'U')
  const file = ['LocalID,JobTitle', ...mine.map((_, n) => `U${n},Porter`)].join('\r\n')
  const { upload } = await check(portal, both, here, file)
  const out = await planned(here, there, mine)
  await Promise.all([applied(upload.id, own), applied(out, own)])
  const [file1, moved] = [await setAsItIs(portal, upload.id), await setAsItIs(portal, out)]
  expect(moved.results).toMatchObject({ updated: PEOPLE })
  expect((file1.results?.updated ?? 0) + (file1.results?.failed ?? 0)).toBe(PEOPLE)
  expect(await where(mine)).toEqual({ [other]: PEOPLE })
})

async function people(organisationId: number, prefix: string): Promise<number[]> {
  const ids: number[] = []
  for (let n = 0; n < PEOPLE; n++) {
    const localId = `${prefix}${n}`
    ids.push(
      await makeAccount(portal, {
        ...{
          organisationId,
          updatedBy: both.administratorId,
          localId,
          firstName: 'Jo',
          lastName: `Doe${localId}`,
        },
        address: `${localId}.${organisationId}@x.example`,
      }),
    )
  }
  return ids
}

async function planned(from: string, to: string, ids: number[]): Promise<number> {
  return planATransfer(portal, both, { from: { code: from }, to, accounts: { ids } })
}

async function applied(id: number, organisationId: number): Promise<void> {
  await confirmChangeSet(portal, both, id)
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId } })
}

/** How many are where; that their addresses are with them, and that no local ID is there twice. */
async function where(ids: number[]): Promise<Record<number, number>> {
  const rows = await portal.database.transaction('everything', (tx) =>
    tx.rows<{ organisation: number; key: string | null; address: number | null }>(
      sql`select a.organisation_id as organisation, a.local_id_key as key, d.organisation_id as address
          from account a left join address d on d.account_id = a.id where a.id = any(${ids}::bigint[])`,
    ),
  )
  expect(rows.length).toBe(ids.length)
  expect(rows.filter(({ organisation, address }) => organisation !== address)).toEqual([])
  expect(new Set(rows.map(({ organisation, key }) => `${organisation} ${key}`)).size).toBe(ids.length)
  return Object.fromEntries(
    Object.entries(Object.groupBy(rows, ({ organisation }) => organisation)).map(([id, all]) => [
      id,
      all?.length,
    ]),
  ) as Record<number, number>
}
