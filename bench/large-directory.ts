import type { Client } from 'pg'

/** How much is in the large directory; `busy` is how many of the accounts are those of `BUSY`. */
export type LargeDirectory = { organisations: number; accounts: number; busy: number; uploadsEach: number }

/** The organisation whose pages are opened, and the one whose accounts are being changed meanwhile. */
export const WATCHED = { code: 'RX1', accounts: 25_000, uploads: 500 }
export const BUSY = { code: 'RX2' }

/**
 * Fills a migrated, empty database: organisations with sites, units and a local administrator each, their accounts with
 * an address and the upload that made them, later uploads, mail and reports. Straight into the tables, as any bulk load.
 */
export async function makeLargeDirectory(client: Client, size: LargeDirectory): Promise<void> {
  // What is loaded is right; its foreign keys needn't be looked up millions of times.
  await client.query('set session_replication_role = replica')
  const others = size.organisations - 2
  const each = Math.floor((size.accounts - WATCHED.accounts - size.busy) / others)
  for (const [text, values] of [
    [ORGANISATIONS, [size.organisations]],
    [PLACES, []],
    [ADMINISTRATORS, []],
    [MAKING_UPLOADS, []],
    [ACCOUNTS, [WATCHED.accounts, size.busy, each]],
    [ADDRESSES, []],
    [CREATIONS, []],
    [LATER_UPLOADS, [size.uploadsEach, WATCHED.uploads]],
    [MAIL, []],
    [REPORTS, []],
  ] as const) {
    await client.query(text, [...values])
  }
  await client.query('vacuum analyze')
}

// The first two are RX1 and RX2; the global administrator has the ID 1.
const ORGANISATIONS = `insert into organisation (code, name)
  select case when n <= 2 then 'RX' || n else 'P' || lpad(n::text, 5, '0') end,
    case when n = 1 then 'Northbridge Hospitals' when n = 2 then 'Southmoor University Hospitals'
      else (array['Elm','Oak','Station','Victoria','Riverside','Church'])[n % 6 + 1] || ' Road '
        || (array['Surgery','Care Home','Pharmacy','Clinic'])[n % 4 + 1] || ' ' || n end
  from generate_series(1, $1::integer) n`

const PLACES = `with sites as (
    insert into site (organisation_id, code, name) select id, code || '0' || n, 'Site ' || n
    from organisation, generate_series(1, 3) n)
  insert into organisational_unit (organisation_id, name) select id, 'Unit ' || n
  from organisation, generate_series(1, 4) n`

const ADMINISTRATORS = `with people as (
    insert into administrator (email, email_key, name)
    select email, email, 'Administrator ' || n from (
      select 0 as n, 'global@muster.example' as email
      union all select id, 'local' || id || '@muster.example' from organisation
      union all select -1, 'helpdesk@muster.example' order by n desc) p
    returning id, email)
  insert into administrator_role (administrator_id, role, organisation_id)
  select id, case when email like 'global%' then 'global-administrator' when email like 'help%' then 'local-helpdesk'
      else 'local-administrator' end,
    case when email like 'global%' then null when email like 'help%' then 1
      else substring(email from '[0-9]+')::integer end
  from people`

const MAKING_UPLOADS = `with sets as (
    insert into change_set (organisation_id, kind, status, created_by, created_at, confirmed_by, confirmed_at,
      completed_at)
    select id, 'upload', 'completed', a.administrator_id, now() - interval '2 years', a.administrator_id,
      now() - interval '2 years', now() - interval '2 years'
    from organisation o join administrator_role a on a.organisation_id = o.id and a.role = 'local-administrator'
    order by o.id returning *)
  insert into upload (id, organisation_id, filename, mode, size_bytes, sha256, lines, encoding, expired_at)
  select id, organisation_id, 'everyone.csv', 'create', 10000, '', 100, 'utf-8', now() from sets`

const FIRST = `(array['Ann','Ben','Chloë','Dev','Eve','Femi','Grace','Hugh','Ivy','José','Kate','Liam','Mia','Noah'])`
const LAST = `(array['Adams','Baker','Clarke','Davies','Evans','Foster','Green','Hughes','Iqbal','Jones','Khan','Lewis',
  'Müller','Nowak','Owen','Patel'])`

const ACCOUNTS = `insert into account (id, organisation_id, local_id, local_id_key, title, first_name, last_name,
    job_title, department, site, organisational_unit, mobile, telephone, secondary_email, status, created_at,
    updated_at, updated_by)
  select nextval('account_id'), o.id, lpad(n::text, 7, '0'), lpad(n::text, 7, '0'), 'Dr', ${FIRST}[n % 14 + 1],
    ${LAST}[n % 16 + 1] || chr(97 + n % 25) || chr(97 + n / 25 % 25), 'Nurse ' || n % 40, 'Ward ' || n % 30,
    'Site ' || n % 3 + 1, 'Unit ' || n % 4 + 1, '+447700' || lpad((n % 1000000)::text, 6, '0'), '0113 496 0000',
    case when n % 3 = 0 then 'p' || n || '@example.org' end,
    case when n % 50 = 0 then 'Deleted' when n % 20 = 0 then 'Disabled' when n % 33 = 0 then 'Leaver' else 'Active' end,
    now() - interval '2 years', now() - n * interval '1 minute', 2
  from organisation o, generate_series(1, case o.id when 1 then $1::integer when 2 then $2::integer
    else $3::integer end) n`

const ADDRESSES = `insert into address (address_key, address, account_id, organisation_id, is_primary, base, number)
  select lower(first_name || '.' || last_name) || id || '@staff.example',
    lower(first_name || '.' || last_name) || id || '@staff.example', id, organisation_id, true,
    lower(first_name || '.' || last_name), id from account`

const CREATIONS = `with changes as (
    insert into change (change_set_id, row_number, organisation_id, action, account_id, local_id, local_id_key, after)
    select s.id, row_number() over (partition by a.organisation_id order by a.id) + 1, a.organisation_id, 'create',
      a.id, a.local_id, a.local_id_key, jsonb_build_object('localId', a.local_id, 'firstName', a.first_name,
        'lastName', a.last_name, 'mobile', a.mobile, 'jobTitle', a.job_title)
    from account a join change_set s on s.organisation_id = a.organisation_id
    returning change_set_id, row_number, organisation_id),
  sizes as (
    select change_set_id, organisation_id, max(row_number) as rows from changes group by 1, 2),
  chunks as (
    insert into chunk (change_set_id, from_row, to_row, organisation_id, applied_at)
    select change_set_id, n, least(n + 4999, rows), organisation_id, now() - interval '2 years'
    from sizes, generate_series(2, rows, 5000) n)
  update change_set s set mark = rows, last_row = rows,
    counts = jsonb_build_object('rows', rows - 1, 'create', rows - 1),
    results = jsonb_build_object('created', rows - 1)
  from sizes where sizes.change_set_id = s.id`

const LATER_UPLOADS = `with sets as (
    insert into change_set (organisation_id, kind, status, created_by, created_at, confirmed_by, confirmed_at,
      completed_at, counts, results)
    select o.id, 'upload', (array['completed','completed','completed','cancelled','rejected','checked'])[n % 6 + 1],
      a.administrator_id, now() - n * interval '1 day', a.administrator_id, now() - n * interval '1 day',
      now() - n * interval '1 day',
      '{"rows": 40, "update": 38, "error": 2, "fields": {"jobTitle": 38}, "problems": {"mobile-invalid": 2}}',
      case when n % 6 < 3 then '{"updated": 38, "failed": 2}'::jsonb else '{}' end
    from organisation o join administrator_role a on a.organisation_id = o.id and a.role = 'local-administrator',
      generate_series(1, case o.id when 1 then $2::integer else $1::integer end) n
    order by n desc returning *)
  insert into upload (id, organisation_id, filename, mode, size_bytes, sha256, lines, encoding)
  select id, organisation_id, 'people ' || id || '.csv', 'update', 4000, '', 40, 'utf-8' from sets`

const MAIL = `insert into mail (message_id, to_address, subject, text, html, change_set_id, organisation_id,
    created_at, next_attempt_at, sent_at)
  select '<results.' || u.id || '@muster.example>', 'local' || u.organisation_id || '@muster.example',
    '38 accounts updated, 2 left out', repeat('What became of it. ', 20), repeat('<p>What became of it.</p>', 20), u.id,
    u.organisation_id, now(), now(), now() from upload u where u.filename <> 'everyone.csv'`

const REPORTS = `insert into report_run (organisation_id, kind, status, requested_by, created_at, completed_at,
    rows_written, rows_total, filename)
  select o.id, (array['mailbox','upload-file'])[n % 2 + 1], 'completed', 2, now(), now(), 80, 80,
    'mailbox-report.csv' from organisation o, generate_series(1, 6) n`
