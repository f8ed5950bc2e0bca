import { Readable } from 'node:stream'
import iconv from 'iconv-lite'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { failedRowsFile, resultsFile } from '../../src/uploads/results-file.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, csv } from '../support/upload.ts'

const SECRET = 'Tr0ub4dor&3'

const PLAIN = csv(
  'LocalID,FirstName,LastName,Mobile,Password,JobTitle',
  `1,Jane,Smith,07700 900001,${SECRET},Nurse`,
  `2,Zoë,Lee,nothing,${SECRET},Nurse`, // an error
  `3,Ann,Lee,07700 900003,${SECRET},Nurse,too,many`,
)
const QUOTED = PLAIN.replaceAll(SECRET, `"${SECRET}, ""${SECRET}""\r\n${SECRET}"`)
// Larger than a piece, so that passwords stand across where pieces and parts of them end.
const LARGE = PLAIN + `9,Long,Row,07700 900009,${SECRET.repeat(9)},${'x'.repeat(77)}\r\n`.repeat(9_000)

const FILES: [name: string, file: string | Buffer][] = [
  ['UTF-8', PLAIN],
  ['UTF-8 with its mark', `\ufeff${PLAIN}`],
  ['Windows-1252', iconv.encode(PLAIN, 'windows-1252')],
  ['UTF-16', iconv.encode(PLAIN, 'utf-16le', { addBOM: true })],
  ['UTF-16, the other way round, without a mark', iconv.encode(PLAIN, 'utf-16be', { addBOM: false })],
  ['semicolons', PLAIN.replaceAll(',', ';')],
  ['tabs, as pasted from a spreadsheet', PLAIN.replaceAll(',', '\t').trimEnd()],
  ['cells in quotes with line breaks', QUOTED],
  ['a heading in another letter case', PLAIN.replace('Password', 'INITIAL PASSWORD')],
  ['a line sep=', `sep=;\r\n${PLAIN.replaceAll(',', ';')}`],
  ['more than a piece', LARGE],
]

test.each(FILES)('of a file with passwords (%s) no table ever holds one', async (_name, file) => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const bytes = Readable.from(inChunks(Buffer.from(file)))
  const sent = { organisationCode: 'RX1', mode: 'create' as const, filename: 'people.csv', bytes }
  const { id } = await receiveUpload(portal, ann, sent)
  expect(await tablesWithSecret(portal)).toEqual([])

  await checkUpload(portal, { data: { uploadId: id, organisationId: organisation } })
  const upload = await findUpload(portal, ann, id)
  expect(upload).toMatchObject({
    status: 'checked',
    counts: { create: 1 },
    sizeBytes: Buffer.from(file).length,
  })
  expect(upload.assumptions?.passwordIgnored).toBe(true)
  await apply(portal, ann, upload)
  expect(await tablesWithSecret(portal)).toEqual([])
  for (const { content } of [await resultsFile(portal, ann, id), await failedRowsFile(portal, ann, id)])
    for await (const piece of content) expect(piece).not.toContain(SECRET)
})

test('what differs in nothing but its passwords is the same file', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const send = (file: string) =>
    receiveUpload(portal, ann, {
      organisationCode: 'RX1',
      mode: 'create',
      filename: 'people.csv',
      bytes: Readable.from([Buffer.from(file)]),
      idempotencyKey: 'one',
    })
  const { id } = await send(PLAIN)
  expect(await send(PLAIN)).toEqual({ id, repeated: true })
  expect(await send(PLAIN.replaceAll(SECRET, 'another'))).toEqual({ id, repeated: true })
  await expect(send(PLAIN.replace('Jane', 'Joan'))).rejects.toThrow('another file')
})

function* inChunks(file: Buffer): Generator<Buffer> {
  for (let at = 0; at < file.length; at += 10_007) yield file.subarray(at, at + 10_007)
}

/** The tables, the queue's too, of which a row shows a password as text, or as bytes in any of the encodings. */
async function tablesWithSecret(portal: Portal): Promise<string[]> {
  const forms = [
    SECRET,
    iconv.encode(SECRET, 'utf-16le'),
    iconv.encode(SECRET, 'utf-16be'),
    Buffer.from(SECRET),
  ]
  const shown = forms.map((form) => (typeof form === 'string' ? form : form.toString('hex')))
  await using client = await connected(portal)
  const names = await client.query<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
     where schemaname in ('public', 'pgboss')`,
  )
  const found: string[] = []
  for (const { name } of names.rows) {
    const { rows } = await client.query<{ text: string }>(`select t::text as text from ${name} t`)
    if (rows.some(({ text }) => shown.some((form) => text.includes(form)))) found.push(name)
  }
  return found
}

async function connected(portal: Portal): Promise<Client & AsyncDisposable> {
  const client = new Client(portal.database.url)
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}
