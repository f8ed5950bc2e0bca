import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { decide } from '../../src/changes/decide.ts'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import { inTheirSight, sightOf } from '../../src/changes/sight.ts'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { planned } from '../support/actions.ts'
import { asOwner, makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { applyPlanned } from '../support/undo.ts'
import { check, create, csv } from '../support/upload.ts'

// The very words for what isn't there: another refusal would tell that it is.
const ABSENT = 'There is no such change.'

const HEADING = 'LocalID,FirstName,LastName,Mobile'

test('with row-level security open, the queries alone keep another organisation’s upload out of reach', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'RY2')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const foreign = await makeActor(portal, 'far@other.example', 'local-administrator', other)
  await create(portal, ann, 'RX1', csv(HEADING, '01,Jane,Smith,07700 900001'))
  const { upload } = await check(portal, ann, 'RX1', csv(HEADING, '1,Janet,Smythe,07700 900003'), 'both')
  await asOwner(portal, OPEN)

  await expect(confirmChangeSet(portal, foreign, upload.id)).rejects.toThrow(ABSENT)
  await expect(cancelChangeSet(portal, foreign, upload.id)).rejects.toThrow(ABSENT)
  await expect(decide(portal, foreign, upload.id, { all: 'create' })).rejects.toThrow(ABSENT)
  const account = await portal.database.transaction([], (tx) =>
    tx.row<{ id: number }>(sql`select id from account`),
  )
  await expect(accountHistory(portal, foreign, account?.id as number, { limit: 9 })).rejects.toThrow(
    'There is no such account.',
  )
  expect(await findUpload(portal, ann, upload.id)).toMatchObject({
    status: 'checked',
    decided: { create: 0, update: 0 },
  })
})

test('a helpdesk is told of no file in a history, though they audit the uploads of another organisation', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'RY2')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const helpdesk = await makeActor(portal, 'help@trust.example', 'local-helpdesk', organisation)
  const both = {
    ...helpdesk,
    grants: [...helpdesk.grants, { role: 'auditor', organisationId: other } as const],
  }
  const { id } = await create(portal, ann, 'RX1', csv(HEADING, '01,Jane,Smith,07700 900001'))
  const account = (await findAccounts(portal, ann, { limit: 1 })).accounts[0]?.id as number
  const told = async (actor: Actor) => {
    const { entries } = await accountHistory(portal, actor, account, { limit: 9 })
    return [...new Set(entries.map(({ by, upload, filename, row }) => `${by} ${upload} ${filename} ${row}`))]
  }

  expect(await told(ann)).toEqual([`${ann.name} ${id} people.csv 2`])
  for (const lines of ['', OPEN]) {
    await asOwner(portal, lines)
    expect(await told(helpdesk)).toEqual([`${ann.name} null null null`])
    expect(await told(both)).toEqual([`${ann.name} null null null`])
  }
})

test('row-level security alone shows the helpdesk the sets that they make, and no upload of their organisation', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'RY2')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const helpdesk = await makeActor(portal, 'help@trust.example', 'local-helpdesk', organisation)
  const auditsElsewhere = {
    ...helpdesk,
    grants: [...helpdesk.grants, { role: 'auditor', organisationId: other } as const],
  }
  await create(portal, ann, 'RX1', csv(HEADING, '01,Jane,Smith,07700 900001'))
  const ids = (await findAccounts(portal, ann, { limit: 1 })).accounts.map(({ id }) => id)
  const wanted = {
    organisation: { id: organisation },
    action: 'disable',
    reason: null,
    accounts: { ids },
  } as const
  const disabling = await planned(portal, helpdesk, wanted)
  const kinds = (actor: Actor) =>
    inTheirSight(portal, sightOf(actor), (tx) =>
      tx.rows(sql`select s.kind, (select count(*) from change c where c.change_set_id = s.id) as changes,
        (select count(*) from upload u where u.id = s.id) as files from change_set s order by s.id`),
    )

  for (const actor of [helpdesk, auditsElsewhere])
    expect(await kinds(actor)).toEqual([{ kind: 'action', changes: 1, files: 0 }])
  expect(await kinds(ann)).toEqual([
    { kind: 'upload', changes: 1, files: 1 },
    { kind: 'action', changes: 1, files: 0 },
  ])
  await applyPlanned(portal, helpdesk, disabling.id)
  expect(await findChangeSet(portal, helpdesk, disabling.id)).toMatchObject({ status: 'completed' })
})

const OPEN = `
  do $$ declare held record; begin
    for held in select oid::regclass as name from pg_class where relrowsecurity loop
      execute format('alter table %s disable row level security', held.name);
    end loop;
  end $$`
