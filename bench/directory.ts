import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
import { BYTE_ORDER_MARK, csvLine } from '../src/csv/write.ts'
import { writeXlsx } from '../src/spreadsheets/write-xlsx.ts'
import { copyIn } from './copy-in.ts'
import { HEADINGS, personCells } from './people.ts'

const PIECE_ROWS = 1_000

/** Writes an update file: one row for each person, with the values of a round. */
export async function writeFile(path: string, rows: number, round: number): Promise<void> {
  const lines = function* () {
    yield BYTE_ORDER_MARK + csvLine(HEADINGS)
    yield* pieces(rows, round, csvLine)
  }
  await pipeline(Readable.from(lines()), createWriteStream(path))
}

/** The same as a workbook (.xlsx). */
export async function writeWorkbook(path: string, rows: number, round: number): Promise<void> {
  const batches = async function* () {
    yield [HEADINGS]
    for (let n = 1; n <= rows; n++) yield [personCells(n, round)]
  }
  await pipeline(Readable.from(writeXlsx(batches())), createWriteStream(path))
}

/** Makes the accounts that the file is about, as round 0 has them; straight into the tables, as any bulk load. */
export async function makeAccounts(client: Client, organisationId: number, accounts: number): Promise<void> {
  await makeStaging(client)
  await copyRows(client, accounts, 0)
  await client.query(
    `insert into account (id, organisation_id, local_id, local_id_key, title, first_name, last_name, job_title,
       department, site, mobile, hide_mobile, telephone, secondary_email, description,
       created_at, updated_at, updated_by)
     select nextval('account_id'), $1, local_id, local_id, title, first_name, last_name, job_title, department,
       site, mobile, hide_mobile::boolean, telephone, secondary_email, description, now(), now(), 1
     from bench_staging`,
    [organisationId],
  )
  await client.query(
    `insert into address (address_key, address, account_id, organisation_id, is_primary, base, number)
     select 'person' || id || '@staff.example', 'person' || id || '@staff.example', id, organisation_id, true,
       'person', id
     from account where organisation_id = $1`,
    [organisationId],
  )
}

/**
 * The floor: the least that any program can do, COPY into a staging table and one UPDATE … FROM, into an equal copy of
 * the account table with the same indexes. Statistics are gathered before the clock runs.
 * @returns milliseconds
 */
export async function runFloor(client: Client, rows: number, round: number): Promise<number> {
  await client.query('drop table if exists bench_account')
  await client.query('create table bench_account (like account including all) with (fillfactor = 80)')
  const columns = await writableColumns(client)
  await client.query(`insert into bench_account (${columns}) select ${columns} from account`)
  await client.query('analyze bench_account')
  await makeStaging(client)
  await client.query('checkpoint').catch(() => {}) // a superuser's right
  const copyStarted = performance.now()
  await copyRows(client, rows, round)
  const copied = performance.now() - copyStarted
  await client.query('analyze bench_staging')
  const started = performance.now()
  const { rowCount } = await client.query(
    `update bench_account a set title = s.title, first_name = s.first_name, last_name = s.last_name,
       job_title = s.job_title, department = s.department, site = s.site, mobile = s.mobile,
       hide_mobile = s.hide_mobile::boolean, telephone = s.telephone, secondary_email = s.secondary_email,
       description = s.description, version = a.version + 1, updated_at = now(), updated_by = 1
     from bench_staging s where a.local_id_key = s.local_id`,
  )
  const updated = performance.now() - started
  if (rowCount !== rows) throw new Error(`the floor updated ${rowCount} of ${rows} rows`)
  await client.query('drop table bench_account, bench_staging')
  return copied + updated
}

/** The account table's columns but for the generated ones. */
async function writableColumns(client: Client): Promise<string> {
  const { rows } = await client.query(
    `select string_agg(attname, ', ' order by attnum) as names from pg_attribute
     where attrelid = 'account'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
  )
  return rows[0].names
}

async function makeStaging(client: Client): Promise<void> {
  await client.query('drop table if exists bench_staging')
  await client.query(
    `create unlogged table bench_staging (local_id text, title text, first_name text, last_name text, job_title text,
       department text, site text, mobile text, hide_mobile text, telephone text, secondary_email text,
       description text)`,
  )
}

function copyRows(client: Client, rows: number, round: number): Promise<void> {
  const tabbed = pieces(rows, round, (cells) => `${cells.join('\t')}\n`)
  return copyIn(client, `copy bench_staging from stdin (null '')`, tabbed)
}

function* pieces(rows: number, round: number, line: (cells: string[]) => string): Generator<string> {
  for (let from = 1; from <= rows; from += PIECE_ROWS) {
    let text = ''
    for (let n = from; n < Math.min(from + PIECE_ROWS, rows + 1); n++) text += line(personCells(n, round))
    yield text
  }
}
