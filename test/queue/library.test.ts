import { expect, test } from 'vitest'
import { sourceFiles, textOf } from '../structure/repository.ts'
import { testPortal } from '../support/portal.ts'

// What src/queue/store.ts relies on of tables that are not ours. A new version of the library that changes them fails
// here: then read its notes and those statements, and write down what is so now.
const VERSION = 46

const COLUMNS = {
  job: {
    id: 'uuid',
    name: 'text',
    priority: 'integer',
    data: 'jsonb',
    state: 'job_state',
    policy: 'text',
    singleton_key: 'text',
    blocked: 'boolean',
    retry_count: 'integer',
    start_after: 'timestamp with time zone',
    created_on: 'timestamp with time zone',
    started_on: 'timestamp with time zone',
    completed_on: 'timestamp with time zone',
    heartbeat_on: 'timestamp with time zone',
    heartbeat_seconds: 'integer',
  },
  queue: {
    name: 'text',
    monitor_claim_on: 'timestamp with time zone',
    monitor_on: 'timestamp with time zone',
    maintain_on: 'timestamp with time zone',
  },
  version: { version: 'integer', cron_on: 'timestamp with time zone' },
}

const STATES = ['created', 'retry', 'active', 'completed', 'cancelled', 'failed']

test('the queue’s own tables are those that our statements were written for', async () => {
  await using portal = await testPortal()
  const read = (text: string) =>
    portal.database.transaction('everything', async (tx) => (await tx.query(text)).rows)
  expect(await read('select version from pgboss.version')).toEqual([{ version: VERSION }])
  const columns = await read(`select table_name as table, column_name as column,
      case data_type when 'USER-DEFINED' then udt_name else data_type end as type
    from information_schema.columns where table_schema = 'pgboss'`)
  for (const [table, wanted] of Object.entries(COLUMNS)) {
    const found = columns.filter((one) => one.table === table).map((one) => [one.column, one.type])
    expect(Object.fromEntries(found)).toMatchObject(wanted)
  }
  const states = await read('select unnest(enum_range(null::pgboss.job_state))::text as state')
  expect(states.map(({ state }) => state)).toEqual(STATES)
})

test('one file speaks to the queue’s own tables', () => {
  expect(sourceFiles().filter((path) => /\bpgboss\./.test(textOf(path)))).toEqual(['src/queue/store.ts'])
})
