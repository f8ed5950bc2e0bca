import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import { makeAccount } from '../support/account.ts'
import { explaining } from '../support/explaining.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

// The index has to be used under row-level security too, where PostgreSQL refuses it to what might leak a value.
test('a search within an organisation reads no other one’s addresses, and reads its accounts once', async () => {
  await using portal = await testPortal()
  const [own, other] = [await makeOrganisation(portal, 'RX1'), await makeOrganisation(portal, 'RX2')]
  const everyone = await makeActor(portal, 'all@x.example', 'global-administrator')
  const by = { updatedBy: everyone.administratorId }
  const kim = await makeAccount(portal, {
    ...by,
    organisationId: own,
    lastName: 'Kim',
    address: 'kim@x.example',
  })
  const others = await makeAccount(portal, { ...by, organisationId: other, address: 'kim.other@x.example' })
  await portal.database.transaction('everything', async (tx) => {
    await tx.run(sql`insert into address (address_key, address, account_id, organisation_id, is_primary, base, number)
      select 'kim' || n, 'kim' || n, ${others}, ${other}, false, 'kim', n from generate_series(2, 20000) n`)
  })
  const plans: string[] = []
  const { accounts, total } = await findAccounts(explaining(portal, plans), everyone, {
    organisationId: own,
    search: 'kim',
    limit: 1,
  })
  expect([accounts.map(({ id }) => id), total]).toEqual([[kim], 1])
  expect(plans).toHaveLength(1)
  expect(plans[0]).toMatch(/Index Scan (using|on) address_organisation/)
  expect(plans[0]).not.toMatch(/Seq Scan on address/)
})
