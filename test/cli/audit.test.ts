import { expect, test } from 'vitest'
import { addAdministrator } from '../../src/access/administrators.ts'
import { asOwner, testPortal } from '../support/portal.ts'
import { muster } from './muster.ts'

test('the audit log is checked: as it was written, and when an entry is gone', async () => {
  await using portal = await testPortal()
  const verify = (...more: string[]) =>
    muster({ DATABASE_URL: portal.database.url }, 'audit', 'verify', ...more)
  expect((await verify()).stdout).toBe('The audit log has no entry yet.\n')
  for (const email of ['a@trust.example', 'b@trust.example', 'c@trust.example'])
    await addAdministrator(portal, { email, role: 'global-administrator' })
  const good = await verify()
  expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('as it was written: 3 entries.') })
  const [, last = ''] = good.stdout.trim().split('\n')
  expect((await verify('--expect', last)).code).toBe(0)
  expect(await verify('--expect', 'x')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not an entry'),
  })
  await asOwner(portal, 'set session_replication_role = replica; delete from audit_entry where number = 2')
  expect(await verify()).toMatchObject({
    code: 2,
    stdout: 'The audit log is not what was written:\n- Entry 2 is missing.\n',
  })
})
