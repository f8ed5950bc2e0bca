import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { migrate, migrationFiles } from '../../src/database/migrate.ts'
import { emptyDatabase } from '../cli/muster.ts'
import { ownerOf } from '../support/owner.ts'

const SECRET = 'A-secret_of-43-characters-of-base64url-text'

// As an owner who is no superuser, and so held to the policies too.
test('messages, links and keys of the first version are brought over, without the secrets', async () => {
  await using database = await emptyDatabase()
  await using owner = await ownerOf(database.url)
  const files = await migrationFiles()
  await owner.query(
    'create table migration (name text primary key, run_at timestamptz not null default now())',
  )
  const later = files.filter((name) => name > '0012')
  for (const name of later) await owner.query('insert into migration (name) values ($1)', [name])
  await migrate(owner.url)
  const hash = createHash('sha256').update(SECRET).digest('hex')
  await owner.query(
    `set muster.organisations = 'all'; ${FIRST_VERSION.replaceAll('SECRET', SECRET).replace('HASH', hash)}`,
  )
  for (const name of later) await owner.query('delete from migration where name = $1', [name])
  expect(await migrate(owner.url)).toEqual(later)

  const mail = await owner.query(
    'select subject, organisation_id as of, link_id::integer as link, text, html from mail order by id',
  )
  const text = 'Set it: https://muster.example/password/set?link=…'
  expect(mail).toEqual([
    { subject: 'results', of: 1, link: null, text: 'Hello', html: '' },
    { subject: 'sent', of: null, link: 1, text, html: text },
    { subject: 'waits', of: null, link: 1, text, html: text },
  ])
  const links = await owner.query(
    `select id::integer, encode(token_hash, 'hex') as hash, lasts::text from one_time_link`,
  )
  expect(links).toEqual([{ id: 1, hash, lasts: '01:00:00' }])
  expect(await owner.query('select organisation_id as of from idempotency_key')).toEqual([{ of: 1 }])
})

const FIRST_VERSION = `
  insert into organisation (code, name) values ('RX1', 'One');
  insert into administrator (email, email_key, name) values ('a@b.example', 'a@b.example', 'A');
  insert into change_set (organisation_id, kind, status, created_by, created_at) values (1, 'upload', 'completed', 1, now());
  insert into upload (id, organisation_id, filename, mode, size_bytes, sha256, lines, encoding)
    values (1, 1, 'a.csv', 'update', 1, '', 1, 'utf-8');
  insert into idempotency_key values (1, 'key', '', 1, now());
  insert into one_time_link (token_hash, administrator_id, expires_at)
    values ('\\xHASH', 1, '2026-11-22T10:00Z');
  insert into mail (message_id, to_address, subject, text, html, upload_id, created_at, next_attempt_at, sent_at)
  select subject, '', subject, text, html, upload, '2026-11-22T09:00Z', now(), sent from (values
    ('results', 'Hello', '', 1, now()),
    ('sent', 'Set it: https://muster.example/password/set?link=SECRET', 'Set it: https://muster.example/password/set?link=SECRET', null, now()),
    ('waits', 'Set it: https://muster.example/password/set?link=SECRET', 'Set it: https://muster.example/password/set?link=SECRET', null, null),
    ('ended', 'Set it: https://muster.example/password/set?link=gone', '', null, null)) as m (subject, text, html, upload, sent);`
