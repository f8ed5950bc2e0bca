import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import type { Mode } from '../../src/changes/plan/wanted.ts'
import { countedSize } from '../../src/uploads/counted-size.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check } from '../support/upload.ts'

/** As docs/operations.md says it. */
const GROWTH = 7

const ROWS = 4_000
const EVERY_COLUMN =
  'LocalID,Title,FirstName,MiddleName,LastName,JobTitle,Department,Site,OrganisationalUnit,Mobile,HideMobile,Telephone,SecondaryEmail,Description,HideFromDirectory\n'
const NEW = 'LocalID,FirstName,LastName,Mobile\n'

const rows = (row: (n: number) => string) => Array.from({ length: ROWS }, (_, n) => row(n)).join('')
const letter = (n: number) => String.fromCharCode(97 + (n % 26))

const FILES: Record<string, { mode?: Mode; file: string; most: number }> = {
  'rows of one character': { file: `LocalID,JobTitle\r\n${rows(() => '1\r')}`, most: 4 },
  'rows of one character that lack all': { mode: 'create', file: NEW + rows(() => '1\n'), most: 2 },
  'rows about one account': { file: `LocalID,JobTitle\n${rows(() => 'P1,y\n')}`, most: 2 },
  'local IDs without their zeros': { file: `LocalID\n${rows((n) => `${n + 1}\n`)}`, most: 4 },
  'every cell an error': {
    mode: 'both',
    file:
      'ID,LocalID,FirstName,LastName,OrganisationCode,Site,OrganisationalUnit,Mobile,HideMobile,SecondaryEmail,HideFromDirectory\n' +
      rows((n) => `x,${n},1,2,y,z,u,${letter(n)},${letter(n + 3)},${letter(n + 5)},${letter(n + 7)}\n`),
    most: 3,
  },
  'possible duplicates': { mode: 'both', file: NEW + rows((n) => `Q${n},A,B,07700900001\n`), most: 6 },
  'possible duplicates in every column': {
    mode: 'both',
    file: EVERY_COLUMN + rows((n) => `Q${n},a,A,b,B,e,f,RX101,Surgery,07700900001,y,7,a@b.c,z,y\n`),
    most: 7,
  },
  'updates of every column': {
    file: EVERY_COLUMN + rows((n) => `P${n},a,C,b,D,e,f,RX101,,07700900009,y,7,a@b.c,z,y\n`),
    most: 4,
  },
  'control characters': {
    file: `LocalID,JobTitle\n${'1,x\n'.repeat(1_500)}P1,${'\u0001\u0002\u0003\u0004\u0005'.repeat(50_000)}\n`,
    most: 4,
  },
  'an ordinary file': {
    file: `LocalID,FirstName,LastName,JobTitle,Department,Mobile\n${rows(
      (n) => `P${n},A,Robinson-Featherstonehaugh,Senior Staff Nurse,Acute Medicine ${n % 7},07700900001\n`,
    )}`,
    most: 2,
  },
}

test.for(Object.entries(FILES))(
  '%s: the database grows by so many times what the file counts, and never by more than it may',
  { timeout: 120_000 },
  async ([_, { mode, file, most }]) => {
    await using portal = await testPortal()
    const organisation = await makeOrganisation(portal, 'RX1')
    const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
    await portal.database.transaction('everything', (tx) =>
      tx.run(sql`insert into account (id, organisation_id, local_id, local_id_key, first_name, last_name, mobile,
          created_at, updated_at, updated_by)
        select n, ${organisation}::integer, id, lower(id), 'A', 'B', '+447700900001', now(), now(), ${ann.administratorId}
        from generate_series(1, ${2 * ROWS}::integer) n
        cross join lateral (values (case when n <= ${ROWS} then 'P' || n - 1 else '00' || n - ${ROWS} end)) as v (id)`),
    )
    const before = await databaseSize()
    const { upload } = await check(portal, ann, 'RX1', file, mode ?? 'update')
    expect(upload.status).toBe('checked')
    const counted = countedSize(Buffer.byteLength(file), file.split(/\r\n?|\n/).length)
    const times = ((await databaseSize()) - before) / counted
    expect(times).toBeLessThan(most)
    expect(most).toBeLessThanOrEqual(GROWTH)

    async function databaseSize(): Promise<number> {
      const found = await portal.database.transaction('everything', (tx) =>
        tx.row<{ size: number }>(sql`select sum(pg_total_relation_size(c.oid))::bigint as size from pg_class c
          join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'pgboss') and c.relkind = 'r'`),
      )
      return found?.size as number
    }
  },
)
