import { NEW_TITLE, OLD_TITLE, PATIENCE_MS, type Uploads, until } from './in-the-middle.ts'
import type { Server } from './installed-postgres.ts'
import { localIdOf } from './people.ts'
import type { ServedPortal } from './served-portal.ts'

/**
 * That a restored database, which nobody has touched yet, is one of the middle: an apply under way, whose job belongs
 * to a worker that isn't there, and a message that hasn't left.
 * @returns what was found, for the tally
 */
export async function expectMiddle(
  copy: Server,
  { applied, checked, mailed }: Uploads,
): Promise<Record<string, number>> {
  const [found] = await copy.query<{
    status: string
    rows: number
    checking: boolean
    jobs: number
    waiting: number
  }>(
    `select s.status, greatest(s.mark - s.first_row + 1, 0) as rows,
       coalesce((select status = 'checking' from change_set where id = $2), false) as checking,
       (select count(*)::integer from pgboss.job where state = 'active' and name = 'apply-change-set'
          and (data->>'changeSetId')::bigint = s.id) as jobs,
       (select count(*)::integer from mail where change_set_id = $3 and sent_at is null) as waiting
     from change_set s where s.id = $1`,
    [applied.id, checked.id, mailed.id],
  )
  if (!found) throw new Error('the backup has no apply')
  const { rows, checking, ...middle } = found
  expectSame('the backup', middle, { status: 'applying', jobs: 1, waiting: 1 })
  if (rows < 1 || rows >= applied.rows) throw new Error(`the backup has ${rows} rows applied`)
  return {
    'rows applied before a backup': rows,
    'rows applied after a restore': applied.rows - rows,
    'checks under way in a backup': Number(checking),
    'messages waiting in a backup': 1,
  }
}

/**
 * Confirms what was still being checked, and waits for the end: every row as planned, once, with its outcome, its
 * history and its mail; nothing left over.
 * @returns all accounts as one value, to be compared
 */
export async function expectRightEnd(
  server: Server,
  portal: ServedPortal,
  uploads: Uploads,
): Promise<string> {
  const { applied, checked, mailed } = uploads
  const { api, mail } = portal
  expectSame('the apply', (await api.waitFor(applied.id, ['completed'], PATIENCE_MS)).results, {
    updated: applied.rows,
    ...NOTHING_ELSE,
    created: 0,
  })
  await api.waitFor(checked.id, ['checked'], PATIENCE_MS)
  await api.confirm(checked.id)
  expectSame('the check', (await api.waitFor(checked.id, ['completed'], PATIENCE_MS)).results, {
    updated: checked.updates,
    created: checked.creates,
    ...NOTHING_ELSE,
  })
  await expectResults(portal, applied)
  for (const n of [1, Math.ceil(applied.rows / 2), applied.rows]) await expectHistory(portal, applied.id, n)
  await expectTables(server, uploads)
  await until('all mail has left', async () => {
    const [left] = await server.query<{ waiting: number }>(
      'select count(*)::integer as waiting from mail where sent_at is null',
    )
    return left?.waiting === 0
  })
  for (const { id } of [applied, checked, mailed]) {
    const own = mail.accepted.filter(({ messageId }) => messageId?.startsWith(`<results.${id}@`))
    // Twice where its sender gave up while the mail server was thinking it over: the same Message-ID both times.
    if (own.length < 1 || own.length > 2)
      throw new Error(`the message about upload ${id} came ${own.length} times`)
  }
  return accountsOf(server)
}

const NOTHING_ELSE = { unchanged: 0, skipped: 0, failed: 0 }

async function expectResults({ api }: ServedPortal, { id, rows }: Uploads['applied']): Promise<void> {
  const lines = (await api.results(id)).trim().split('\r\n')
  const updated = lines.filter((line) => line.includes(`,${NEW_TITLE},Updated,`))
  expectSame(
    'the results file',
    { lines: lines.length, updated: updated.length },
    { lines: rows + 1, updated: rows },
  )
}

/** The n-th person's new title stands in their history once, with the upload that wrote it. */
async function expectHistory({ api }: ServedPortal, upload: number, n: number): Promise<void> {
  const found = await api.call<{ accounts: { id: number }[] }>(
    'GET',
    `/accounts?organisation=RX1&localId=${localIdOf(n)}`,
  )
  const history = await api.call<{ entries: { field: string; old: string; new: string; upload: number }[] }>(
    'GET',
    `/accounts/${found.body?.accounts[0]?.id}/history`,
  )
  const written = history.body?.entries
    .filter((entry) => entry.upload === upload)
    .map((entry) => `${entry.field}: ${entry.old}, ${entry.new}`)
  expectSame('the history', { written: written?.join() }, { written: `jobTitle: ${OLD_TITLE}, ${NEW_TITLE}` })
}

/** The tables, past the portal's own code. */
async function expectTables(server: Server, { applied, checked, mailed }: Uploads): Promise<void> {
  const ids = [applied.id, checked.id, mailed.id]
  const updates = applied.rows + checked.updates + mailed.rows
  const [tables] = await server.query<Record<string, number>>(
    `select
       (select count(*) from account)::integer as accounts,
       (select count(*) from account where version = 2 and job_title = $2)::integer as updated,
       (select count(*) from account where version = 1 and job_title = $2)::integer as created,
       (select count(distinct account_id) from address where is_primary)::integer as addresses,
       (select count(distinct account_id) from change where change_set_id = any($1))::integer as changed,
       (select sum(to_row - from_row + 1) from chunk where change_set_id = any($1))::integer as chunks,
       (select count(*) from chunk a join chunk b on a.change_set_id = b.change_set_id and a.from_row < b.from_row
          and a.to_row >= b.from_row)::integer as overlaps,
       (select count(*) from mail where change_set_id = any($1))::integer as messages,
       (select count(*) from upload_bytes)::integer as bytes,
       (select count(*) from pgboss.job where name in ('check-upload', 'apply-change-set', 'send-results')
          and state <> 'completed')::integer as jobs`,
    [ids, NEW_TITLE],
  )
  expectSame('the tables', tables ?? {}, {
    accounts: updates + checked.creates,
    updated: updates,
    created: checked.creates,
    addresses: updates + checked.creates,
    changed: updates + checked.creates,
    chunks: updates + checked.creates,
    overlaps: 0,
    messages: ids.length,
    bytes: 0,
    jobs: 0,
  })
}

async function accountsOf(server: Server): Promise<string> {
  const [found] = await server.query<{ all: string }>(
    `select md5(string_agg(concat_ws('|', o.code, a.local_id, a.last_name, a.job_title, a.version, d.address), ','
       order by a.organisation_id, a.local_id)) as all
     from account a join organisation o on o.id = a.organisation_id
     left join address d on d.account_id = a.id and d.is_primary`,
  )
  return String(found?.all)
}

function expectSame(what: string, is: Record<string, unknown>, wanted: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(wanted)) {
    if (is[name] !== value) throw new Error(`${what}: ${name} is ${is[name]}, expected ${value}`)
  }
}
