import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import type { PlannedChange } from '../../src/changes/change.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { countPlan, insertChanges, notePlan } from '../../src/changes/plan/store-plan.ts'
import { insertChangeSet, noteMove } from '../../src/changes/store.ts'
import type { Random } from '../../src/demo/random.ts'
import type { Portal } from '../../src/portal.ts'
import { shuffled } from '../support/shuffle.ts'
import type { Account, State } from './state.ts'

const STATUSES = ['Active', 'Disabled', 'Pending', 'Leaver', 'Deleted']

/** Changes what no file can, of some accounts: their status, their addresses. @returns the set's ID */
export async function makeEdit(
  portal: Portal,
  { actor, organisationId }: { actor: Actor; organisationId: number },
  random: Random,
  state: State,
): Promise<number> {
  const there = [...state].filter(([, { values }]) => values.status !== 'Withdrawn')
  const some = shuffled(random, there).slice(0, random.between(1, 5))
  const changes = some.map(([id, account], at) => changeOf(random, id, account, at + 1))
  const id = await portal.database.transaction([organisationId], async (tx) => {
    const set = await insertChangeSet(tx, {
      ...{
        kind: 'edit',
        organisationId,
        status: 'checking',
        by: actor.administratorId,
        at: portal.clock.now(),
      },
    })
    await insertChanges(tx, { id: set, organisationId }, changes)
    const { replaced: _replaced, ...counts } = await countPlan(tx, set)
    const fields = ['status', 'emailAddress', 'aliases']
    await notePlan(tx, set, { counts, fields, firstRow: 1, lastRow: changes.length })
    await noteMove(tx, set, 'checked', portal.clock.now())
    return set
  })
  await confirmChangeSet(portal, actor, id)
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId } })
  return id
}

function changeOf(random: Random, id: number, { version, values }: Account, row: number): PlannedChange {
  const status = random.pick(STATUSES.filter((one) => one !== values.status))
  const { emailAddress, aliases } = values
  const others = [...((aliases as string[] | null) ?? []), emailAddress as string].sort()
  const renamed = {
    before: { emailAddress, aliases },
    after: { emailAddress: `other${id}.${version}@staff.example`, aliases: others },
  }
  const isRenamed = emailAddress !== null && random.percent(50)
  const { before, after } = isRenamed ? renamed : { before: { status: values.status }, after: { status } }
  return {
    ...{
      row,
      action: 'update',
      accountId: id,
      accountVersion: version,
      localId: values.local_id as string | null,
    },
    ...{ localIdKey: null, formerLocalIdKey: null, similarAccountId: null, problems: [] },
    before: before as PlannedChange['before'],
    after: after as PlannedChange['after'],
  }
}
