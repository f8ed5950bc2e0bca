import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OwnMailServer, openMailServer } from '../../proofs/support/mail-server.ts'
import type { Actor } from '../../src/access/actor.ts'
import { startAction, type WantedAction } from '../../src/actions/start.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { undoChangeSet } from '../../src/changes/history/undo.ts'
import {
  checkOrganisationList,
  confirmOrganisationList,
  findOrganisationList,
} from '../../src/directory/organisation-list.ts'
import { findSearch } from '../../src/duplicates/find-duplicates.ts'
import { startSearch } from '../../src/duplicates/search.ts'
import { queueMail } from '../../src/mail/outbox.ts'
import type { Portal } from '../../src/portal.ts'
import { MOST_DEATHS } from '../../src/queue/given-up.ts'
import { type JobName, QUEUES } from '../../src/queue/jobs.ts'
import { takeFromTheSilent } from '../../src/queue/store.ts'
import { findReport, startReport } from '../../src/reports/run.ts'
import { startTransfer } from '../../src/transfers/start.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { muster, running } from '../cli/muster.ts'
import { makeAccount } from '../support/account.ts'
import { done } from '../support/actions.ts'
import { asOwner, makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { takeBack } from '../support/undo.ts'
import { apply, check, csv, receive } from '../support/upload.ts'

type Case = {
  /** Has a job of the kind wait. @returns the number of what it is about */
  send(): Promise<number>
  /** What a person, or for want of one the log, is told once the job was given up. */
  told(id: number, log: string): Promise<unknown>
  words: RegExp
  isDone(id: number): Promise<boolean>
}

const EVERYBODY: WantedAction = { organisation: { code: 'RX1' }, action: 'disable', accounts: { filter: {} } }

const STOPPED =
  /^The portal stopped 3 times while .+, so it isn’t tried again\. .*tell whoever runs this portal/

const CASES: Record<JobName, Case> = {
  'check-upload': {
    send: () => receive(portal, ann, 'RX1', rows()),
    told: reasonOf,
    words: STOPPED,
    isDone: async (id) => (await statusOf(id)) === 'checked',
  },
  'apply-change-set': {
    send: async () => {
      const { upload } = await check(portal, ann, 'RX1', rows())
      await confirmChangeSet(portal, ann, upload.id)
      return upload.id
    },
    told: reasonOf,
    words: STOPPED,
    isDone: async (id) => (await statusOf(id)) === 'completed',
  },
  'plan-undo': {
    send: async () => undoChangeSet(portal, ann, await applied()),
    told: reasonOf,
    words: STOPPED,
    isDone: async (id) => (await statusOf(id)) === 'checked',
  },
  'plan-action': {
    send: () => startAction(portal, ann, EVERYBODY),
    told: reasonOf,
    words: STOPPED,
    isDone: async (id) => (await statusOf(id)) === 'checked',
  },
  'plan-transfer': {
    send: () =>
      startTransfer(portal, ann, {
        ...{ from: { code: 'RX1' }, to: 'RX1', site: 'Main Hospital', accounts: { localIds: ['Q1'] } },
      }),
    told: reasonOf,
    words: STOPPED,
    isDone: async (id) => (await statusOf(id)) === 'checked',
  },
  'send-results': {
    send: applied,
    told: async (id) => (await mailOf(id))?.text,
    words: /The results file is on the upload’s page/,
    isDone: async (id) => (await mailOf(id))?.attached === true,
  },
  'send-undo-results': {
    send: async () => takeBack(portal, ann, await applied()),
    told: async (id) => (await mailOf(id))?.text,
    words: /The results file is on .* page/,
    isDone: async (id) => (await mailOf(id))?.attached === true,
  },
  'send-change-results': {
    send: async () => (await done(portal, ann, EVERYBODY)).id,
    told: async (id) => (await mailOf(id))?.text,
    words: /The results file is on its page/,
    isDone: async (id) => (await mailOf(id))?.attached === true,
  },
  'deliver-mail': {
    send: () =>
      portal.database.transaction('everything', async (tx) => {
        const messageId = `<${crypto.randomUUID()}@staff.example>`
        await queueMail(tx, portal, { messageId, to: 'a@b.example', subject: 'A', text: 'A', html: 'A' })
        return (
          (await tx.row<{ id: number }>(sql`select id from mail where message_id = ${messageId}`))?.id ?? 0
        )
      }),
    told: (id) => one(sql`select last_error as value from mail where id = ${id}`),
    words: /^The portal stopped 3 times while this message was to be sent/,
    isDone: async (id) => (await one(sql`select sent_at as value from mail where id = ${id}`)) !== null,
  },
  'run-report': {
    send: () => startReport(portal, ann, { kind: 'mailbox', organisationCode: 'RX1' }),
    told: async (id) => (await findReport(portal, ann, id)).reason?.message,
    words: STOPPED,
    isDone: async (id) => (await findReport(portal, ann, id)).status === 'completed',
  },
  'load-organisations': {
    send: async () => {
      const bytes = Readable.from([Buffer.from(`Code,Name\nQ${crypto.randomUUID().slice(0, 8)},Trust\n`)])
      const id = await checkOrganisationList(portal, root, { filename: 'trusts.csv', bytes })
      await confirmOrganisationList(portal, root, id)
      return id
    },
    told: listStatus,
    words: /failed/,
    isDone: async (id) => (await listStatus(id)) === 'completed',
  },
  'find-duplicates': {
    send: async () => {
      await startSearch(portal, ann, 'RX1')
      return own
    },
    told: async () => (await findSearch(portal, ann, 'RX1'))?.reason?.message,
    words: STOPPED,
    isDone: async () => (await findSearch(portal, ann, 'RX1'))?.status === 'completed',
  },
  'expire-uploads': {
    send: async () => {
      const id = await applied()
      await portal.database.transaction('everything', async (tx) => {
        await tx.run(sql`update change_set set completed_at = now() - interval '2 years' where id = ${id}`)
        await portal.queue.send(tx, 'expire-uploads', {})
      })
      return id
    },
    told: async (_id, log) => log,
    words: /"job":"expire-uploads".*"deaths":3.*"why":"died".*job given up/,
    isDone: async (id) => (await findUpload(portal, ann, id)).expiredAt !== null,
  },
  'take-steps': {
    send: async () => {
      const id = await makeAccount(portal, { organisationId: own, updatedBy: ann.administratorId })
      await portal.database.transaction('everything', async (tx) => {
        await tx.run(
          sql`update account set status = 'Leaver', status_changed_at = now() - interval '31 days' where id = ${id}`,
        )
        await portal.queue.send(tx, 'take-steps', {})
      })
      return id
    },
    told: async (_id, log) => log,
    words: /"job":"take-steps".*"deaths":3.*"why":"died".*job given up/,
    isDone: async (id) =>
      (await one(sql`select status as value from account where id = ${id}`)) === 'Deleted',
  },
}

let server: OwnMailServer
let portal: Portal
let ann: Actor
let root: Actor
let own: number
let sent = 0

beforeAll(async () => {
  server = await openMailServer()
  portal = await testPortal({ mailDomain: 'staff.example' })
  own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', own)
  root = await makeActor(portal, 'root@muster.example', 'global-administrator')
  await makeAccount(portal, { organisationId: own, updatedBy: ann.administratorId, localId: '1' })
  // No job comes by itself, however often a worker schedules it.
  await asOwner(
    portal,
    `delete from pgboss.schedule;
     create function nothing() returns trigger language plpgsql as 'begin return null; end';
     create trigger nothing before insert on pgboss.schedule for each row execute function nothing()`,
  )
})
afterAll(async () => {
  await portal[Symbol.asyncDispose]()
  await server.stop()
})

async function listStatus(id: number): Promise<string> {
  const rows = { action: 'add', after: 0, limit: 1 } as const
  return (await findOrganisationList(portal, root, id, rows)).status
}

test.each(Object.keys(QUEUES) as JobName[])(
  '%s: a job that kills its process is given up, whoever waits is told, and the next is done',
  { timeout: 120_000 },
  async (name) => {
    // What another kind has left would be done, or put off, first.
    await portal.database.transaction('everything', async (tx) => {
      await tx.query('delete from pgboss.job')
      await tx.query('delete from mail')
    })
    const { send, told, words, isDone } = CASES[name]
    const poisoned = await send()
    const settings = {
      DATABASE_URL: portal.database.url,
      ...{ SMTP_URL: server.url, MAIL_DOMAIN: 'staff.example', LOG_LEVEL: 'debug' },
      POISONED_JOB: await jobOf(name),
      NODE_OPTIONS: `--import ${pathToFileURL(`${import.meta.dirname}/poison.ts`)}`,
    }
    for (let deaths = 0; deaths < MOST_DEATHS; deaths++) {
      expect(await muster(settings, 'serve', '--worker-only')).toMatchObject({ signal: 'SIGKILL' })
      await takeFromTheDead()
    }
    const worker = await running(settings, 'serve', '--worker-only')
    let ended: Awaited<ReturnType<typeof worker.stop>>
    try {
      await until(async () => words.test(String(await told(poisoned, worker.stdout()))))
      // It is told in the log a moment before it has ended, and of some kinds no second one may wait beside it.
      await until(async () => (await stateOf(settings.POISONED_JOB)) !== 'active')
      const next = await send()
      await until(() => isDone(next))
    } finally {
      ended = await worker.stop()
    }
    const { code, stdout } = ended
    expect(code).toBe(0)
    expect(stdout).toContain('job given up')
    expect(stdout).not.toContain('ann@rx1.example')
  },
)

/** A file that changes one account, to something else each time. */
function rows(): string {
  return csv('LocalID,JobTitle', `1,Matron ${sent++}`)
}

async function applied(): Promise<number> {
  const { upload } = await check(portal, ann, 'RX1', rows())
  return (await apply(portal, ann, upload)).upload.id
}

/** The job of the kind that was sent last. */
async function jobOf(name: JobName): Promise<string> {
  const id = await one(
    sql`select id as value from pgboss.job where name = ${name} order by created_on desc limit 1`,
  )
  return String(id)
}

function stateOf(job: string): Promise<unknown> {
  return one(sql`select state as value from pgboss.job where id = ${job}::uuid`)
}

/** What those who look do after ten seconds: the jobs of those who died are others'. */
async function takeFromTheDead(): Promise<void> {
  await portal.database.transaction('everything', async (tx) => {
    await tx.query("update pgboss.job set heartbeat_on = now() - interval '1 hour' where state = 'active'")
    await takeFromTheSilent({ executeSql: (text, values) => tx.query(text, values) }, Object.keys(QUEUES))
    await tx.query("update pgboss.job set start_after = now() where state = 'retry'")
  })
}

function statusOf(id: number): Promise<unknown> {
  return one(sql`select status as value from change_set where id = ${id}`)
}

function reasonOf(id: number): Promise<unknown> {
  return one(sql`select reason->>'message' as value from change_set where id = ${id} and status = 'failed'`)
}

function mailOf(id: number): Promise<{ text: string; attached: boolean } | undefined> {
  return portal.database.transaction('everything', (tx) =>
    tx.row(sql`select text, attachment is not null as attached from mail where change_set_id = ${id}`),
  )
}

async function one(statement: ReturnType<typeof sql>): Promise<unknown> {
  const row = await portal.database.transaction('everything', (tx) => tx.row<{ value: unknown }>(statement))
  return row?.value
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not happen within a minute')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
