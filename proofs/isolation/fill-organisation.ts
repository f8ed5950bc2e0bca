import { Readable } from 'node:stream'
import type { Client } from 'pg'
import type { Actor } from '../../src/access/actor.ts'
import { actorFor, addAdministrator } from '../../src/access/administrators.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import { planUndo, undoChangeSet } from '../../src/changes/history/undo.ts'
import type { Account } from '../../src/directory/account.ts'
import { PERSON_FIELDS } from '../../src/directory/fields.ts'
import { findAccount, findAccounts } from '../../src/directory/find-accounts.ts'
import { addOrganisation } from '../../src/directory/organisation.ts'
import type { Portal } from '../../src/portal.ts'
import { runReport, startReport } from '../../src/reports/run.ts'
import { hashSecret, makeSecret } from '../../src/secret.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { apply, check, type Sender } from '../support/take-upload.ts'
import { uploadsInEveryState } from '../support/upload-states.ts'
import { firstNumber, type Letter, marker } from './marks.ts'
import { numberFrom, numbersOf } from './numbers.ts'
import { fileOf, type Person, person } from './people.ts'
import { identifiers, numbers, type Organisation, placeInAccounts } from './things.ts'

const PEOPLE = 8

/** Makes an organisation that has one of everything there is, with a mark in every value. */
export async function fillOrganisation(
  portal: Portal,
  client: Client,
  letter: Letter,
): Promise<Organisation> {
  await numberFrom(client, (kind) => firstNumber(letter, kind))
  const { word, mobile } = marker(letter)
  const code = word().toUpperCase()
  const [name, site, siteCode, unit, email] = [word(), word(), word(), word(), `${word()}@trust.example`]
  const filename = `${word('uploads')}.csv`
  const places = { sites: [{ code: siteCode, name: site }], units: [{ name: unit, parent: null }] }
  const id = await addOrganisation(portal, { code, name, ...places })
  const actor = await administrator(portal, client, { email, name: word(), code })
  const sender = { portal, actor, code, organisationId: id, filename }
  const someone = () => person({ word, mobile, site, unit })

  const people = Array.from({ length: PEOPLE }, someone)
  const [one, two, three] = people as [Person, Person, Person]
  await apply(sender, (await check(sender, fileOf(people), 'create')).upload)
  const alias = `${word()}@staff.example`.toLowerCase()
  const spare = `${word()}@staff.example`.toLowerCase()
  await ageSome(client, id)
  const accounts = await numbersOf(client, 'account', letter)
  const [edited, spared] = [accounts[0], accounts.at(-1)] as [number, number]
  await giveAddress(client, edited, alias)
  await giveAddress(client, spared, spare)
  const uploads = await uploadsInEveryState(sender, {
    // An update, no change, a stranger, and somebody whose local ID seems to be another now.
    update: fileOf([{ ...one, JobTitle: word() }, two, someone(), { ...three, LocalID: word() }]).toString(),
    // Somebody new, and a possible duplicate.
    create: fileOf([someone(), { ...two, LocalID: word() }]).toString(),
  })
  const [key, another] = [word('uploads'), `${word('uploads')}.csv`]
  const bytes = Readable.from([fileOf([one])])
  await receiveUpload(portal, actor, {
    organisationCode: code,
    mode: 'update',
    filename: another,
    idempotencyKey: key,
    bytes,
  })
  const undos = await makeUndos(sender, uploads.completed)
  const reports = await makeReports(portal, client, actor, { id, code })
  const { next } = await findAccounts(portal, actor, { limit: 1, organisationId: id })
  const { next: past } = await accountHistory(portal, actor, edited, { limit: 1 })
  const { LocalID = '', LastName = '', SecondaryEmail = '', Mobile = '', FirstName = '' } = one
  const address = `${FirstName}.${LastName}@staff.example`.toLowerCase()
  return {
    letter,
    id,
    code,
    undecided: String(uploads.creating),
    person: people.at(-1) as Person,
    edit: { account: String(edited), form: formOf(await findAccount(portal, actor, edited)) },
    spared: String(spared),
    things: {
      upload: numbers(...new Set([uploads.completed, ...Object.values(uploads)])), // the first has results
      change: numbers(...undos),
      account: numbers(...accounts.slice(0, 4)),
      report: numbers(...reports),
      mail: numbers(...(await numbersOf(client, 'mail', letter)).reverse()), // those with files first
      organisation: identifiers(id),
      code: identifiers(code),
      word: identifiers(
        LocalID,
        LastName,
        SecondaryEmail,
        Mobile,
        `0${Mobile.slice(3)}`,
        address,
        alias,
        name,
      ),
      address: identifiers(address, alias),
      'spare address': identifiers(spare),
      place: identifiers(site, siteCode, unit),
      administrator: identifiers(email),
      filename: identifiers(another),
      'place in accounts': [placeInAccounts(next as string)],
      'place in history': identifiers(past as string),
      key: identifiers(key),
      link: [{ value: await usedLink(client, actor), twin: makeSecret() }],
    },
  }
}

async function administrator(
  portal: Portal,
  client: Client,
  { email, name, code }: { email: string; name: string; code: string },
): Promise<Actor> {
  await addAdministrator(portal, { email, name, role: 'local-administrator', organisationCode: code })
  const { rows } = await client.query('select id from administrator where email = $1', [email])
  return (await actorFor(portal, rows[0].id)) as Actor
}

/** One in every status. */
async function ageSome(client: Client, organisationId: number): Promise<void> {
  const statuses = ['Active', 'Leaver', 'Deleted', 'Disabled', 'Pending']
  await client.query(
    `update account set status = s.status from (
       select id, row_number() over (order by id) as nth from account where organisation_id = $1) n
     join unnest($2::text[]) with ordinality as s (status, nth) on s.nth = n.nth where account.id = n.id`,
    [organisationId, statuses],
  )
}

/** Another address than the primary one. */
async function giveAddress(client: Client, account: number, address: string): Promise<void> {
  await client.query(
    `insert into address (address_key, address, account_id, organisation_id, is_primary, base, number)
     select $2, $2, id, organisation_id, false, split_part($2, '@', 1), 1 from account where id = $1`,
    [account, address],
  )
}

function formOf(account: Account): Record<string, string> {
  const values = PERSON_FIELDS.map((name) => [name, account[name]] as const)
  const form = values.map(([name, value]) => [name, value === true ? 'yes' : String(value || '')])
  return { ...Object.fromEntries(form), description: `${account.description}, too` }
}

/** Two plans to take an upload back: one is there, one is being made. */
async function makeUndos(sender: Sender & { organisationId: number }, upload: number): Promise<number[]> {
  const { portal, actor, organisationId } = sender
  const planned = await undoChangeSet(portal, actor, upload)
  await planUndo(portal, { data: { changeSetId: planned, organisationId } })
  return [planned, await undoChangeSet(portal, actor, upload)]
}

/** A report of each state: made, being made, failed. */
async function makeReports(
  portal: Portal,
  client: Client,
  actor: Actor,
  organisation: { id: number; code: string },
): Promise<number[]> {
  const start = () => startReport(portal, actor, { kind: 'mailbox', organisationCode: organisation.code })
  const made = await start()
  await runReport(portal, { data: { reportRunId: made, organisationId: organisation.id } })
  const failed = await start()
  await client.query(`update report_run set status = 'failed' where id = $1`, [failed])
  return [made, failed, await start()]
}

/** The link that the administrator was sent, used. */
async function usedLink(client: Client, { administratorId }: Actor): Promise<string> {
  const secret = makeSecret()
  await client.query(
    `update one_time_link set token_hash = $1, expires_at = now() + interval '1 day', used_at = now()
     where id = (select min(id) from one_time_link where administrator_id = $2)`,
    [hashSecret(secret), administratorId],
  )
  return secret
}
