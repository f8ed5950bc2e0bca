import { Readable } from 'node:stream'
import sql from 'sql-template-tag'
import type { Actor } from '../../src/access/actor.ts'
import { actorFor, addAdministrator } from '../../src/access/administrators.ts'
import { hashPassword } from '../../src/access/passwords.ts'
import type { Role } from '../../src/access/permissions.ts'
import { startSession } from '../../src/access/sessions.ts'
import { updatePassword } from '../../src/access/store.ts'
import { planAction } from '../../src/actions/plan.ts'
import { startAction } from '../../src/actions/start.ts'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { planUndo, undoChangeSet } from '../../src/changes/history/undo.ts'
import type { Portal } from '../../src/portal.ts'
import { runReport, startReport } from '../../src/reports/run.ts'
import { planTransfer } from '../../src/transfers/plan-transfer.ts'
import { startTransfer } from '../../src/transfers/start.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { makeOrganisation } from '../support/fresh-portal.ts'
import { apply, check } from '../support/take-upload.ts'
import { uploadsInEveryState } from '../support/upload-states.ts'

/** A provider that doesn't answer: the portal has to be configured with it. */
export const NOT_THERE = {
  id: '1',
  name: 'Trust Login',
  issuer: 'http://127.0.0.1:9',
  clientId: 'muster',
  clientSecret: undefined,
  scope: 'openid',
  secondFactorAcr: [],
  trustEmail: false,
}

const HEADING = 'LocalID,FirstName,LastName,Mobile,JobTitle'
const KNOWN = [
  '0001,Jane,Smith,07700 900001,Nurse',
  '0002,Omar,Khan,07700 900002,',
  '0003,Eva,Novák,07700 900003,',
]
const MIXED = csv(HEADING, '0001,Jane,Smith,,Sister', '2,,,,Porter', '0003,Eva,Novák,,', '9,,,x,[clear]')
const STARTERS = csv(
  HEADING,
  '71,Ann,New,07700 900071,',
  '3,Eve,Novak,07700 900072,',
  '72,Eva,Novák,07700 900003,',
)

/** Everybody who looks at a page, with the role that they have and where; the stranger has none. */
const ADMINISTRATORS = [
  ['ann', 'local-administrator', 'RX1'],
  ['grace', 'global-administrator', undefined],
  ['help', 'local-helpdesk', 'RX1'],
  ['help', 'local-helpdesk', 'RY2'],
  ['audit', 'auditor', 'RX1'],
  ['newcomer', 'local-administrator', 'RY2'],
  ['bo', 'local-administrator', 'RZ3'],
  ['dee', 'local-administrator', 'RX1'],
  ['dee', 'local-administrator', 'RY2'],
] as const

/** What every page in every state is made of. */
export type States = {
  /** Uploads, changes and reports, by the state they are in. */
  ids: Record<string, number>
  /** The ID of everybody's session, for the cookie. */
  sessions: Record<string, string>
}

/**
 * Fills a fresh portal. Everything stays as it is while it is looked at: no worker may be running.
 * @param people how many there are at least, and rows in the longest upload
 */
export async function makeStates(portal: Portal, people: number): Promise<States> {
  const organisations = new Map<string, number>()
  for (const code of ['RX1', 'RY2', 'RZ3']) organisations.set(code, (await makeOrganisation(portal, code)).id)
  const actors = new Map<string, Actor>()
  for (const [who, role, code] of ADMINISTRATORS) actors.set(who, await makeActor(portal, who, role, code))
  const ann = actors.get('ann') as Actor
  const passwordHash = await hashPassword('plum wagon teapot')
  await portal.database.transaction('everything', (tx) =>
    updatePassword(tx, ann.administratorId, passwordHash),
  )
  const organisationId = organisations.get('RX1') as number
  const ids = await makeSets({ portal, actor: ann, code: 'RX1', organisationId }, people)
  Object.assign(ids, await makeDivided(portal, actors.get('dee') as Actor))
  const sessions: Record<string, string> = {}
  for (const [who, actor] of actors) sessions[who] = await startSession(portal, actor.administratorId)
  return { ids, sessions }
}

/** Has everybody just shown who they are. */
export async function stayProven(portal: Portal): Promise<void> {
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update session set data = data || jsonb_build_object('provenAt', ${new Date()}::timestamptz)`),
  )
}

/** Has an upload hold what no code of ours writes, so that its page can't be made. */
export async function spoil(portal: Portal, uploadId: number): Promise<void> {
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update upload set assumptions = '{}' where id = ${uploadId}`),
  )
}

async function makeActor(
  portal: Portal,
  who: string,
  role: Role,
  organisationCode: string | undefined,
): Promise<Actor> {
  const email = `${who}@trust.example`
  await addAdministrator(portal, { email, role, ...(organisationCode ? { organisationCode } : {}) })
  const found = await portal.database.transaction('everything', (tx) =>
    tx.row<{ id: number }>(sql`select id from administrator where email_key = ${email}`),
  )
  return (await actorFor(portal, found?.id as number)) as Actor
}

type Home = { portal: Portal; actor: Actor; code: string; organisationId: number }

async function makeSets(home: Home, people: number): Promise<Record<string, number>> {
  const { portal, actor, code, organisationId } = home
  const sent = (file: string, mode: 'create' | 'update' = 'update') => check(home, Buffer.from(file), mode)
  await apply(home, (await sent(csv(HEADING, ...KNOWN), 'create')).upload)
  const uploads = await uploadsInEveryState(home, { update: MIXED, create: STARTERS })
  await apply(home, (await sent(csv(HEADING, ...crowd(people)), 'create')).upload)
  const long = (await sent(csv(HEADING, ...crowdSpoiled(people)))).upload.id
  const report = (kind: string) => startReport(portal, actor, { kind, organisationCode: code })
  const reported = await report('mailbox')
  await runReport(portal, { data: { reportRunId: reported, organisationId } })
  await report('upload-file') // still running
  const planned = { changeSetId: 0, organisationId }
  const undo = await undoChangeSet(portal, actor, uploads.completed, {})
  await planUndo(portal, { data: { ...planned, changeSetId: undo } })
  const accounts = { localIds: ['0002', '0003', 'nobody'] }
  const action = await startAction(portal, actor, { organisation: { code }, action: 'disable', accounts })
  await planAction(portal, { data: { ...planned, changeSetId: action } })
  const transfer = async (localId: string) => {
    const wanted = { from: { code }, to: 'RZ3', accounts: { localIds: [localId] } }
    const id = await startTransfer(portal, actor, wanted)
    await planTransfer(portal, { data: { ...planned, changeSetId: id } })
    return id
  }
  const transferred = await transfer('0002')
  const held = await transfer('0003')
  await confirmChangeSet(portal, actor, held)
  return { ...uploads, long, reported, undo, action, transfer: transferred, held }
}

/** Files of two organisations: one whose parts wait to be confirmed, and one whose parts have ended. */
async function makeDivided(portal: Portal, actor: Actor): Promise<Record<'divided' | 'whole', number>> {
  const file = csv(`OrganisationCode,${HEADING}`, `RX1,81,${NEW}81,Nurse`, `RY2,82,${NEW}82,Porter`)
  const divide = async () => {
    const bytes = Readable.from([Buffer.from(file)])
    const sent = {
      organisationCode: 'RX1',
      mode: 'create' as const,
      filename: 'both.csv',
      divide: true,
      bytes,
    }
    const { id } = await receiveUpload(portal, actor, sent)
    const { organisation } = await findUpload(portal, actor, id)
    await checkUpload(portal, { data: { uploadId: id, organisationId: organisation.id } })
    const { parts } = await findUpload(portal, actor, id)
    for (const part of parts)
      await checkUpload(portal, { data: { uploadId: part.id, organisationId: part.organisation.id } })
    return parts.map((part) => part.id)
  }
  const [divided] = await divide()
  const [whole, ...others] = await divide()
  for (const id of [whole, ...others]) await cancelChangeSet(portal, actor, id as number)
  return { divided: divided as number, whole: whole as number }
}

const NEW = 'Kit,Marlowe,07700 9001'

/** People, every third of whom has a long name and a job of many words. */
function crowd(people: number): string[] {
  return numbers(people).map((n) => {
    const who =
      n % 3 === 0
        ? `Maximiliana-Theodora,Featherstonehaugh-Cholmondeley ${letters(n)}`
        : `Robin ${letters(n)},Taylor`
    const job = n % 3 === 0 ? 'Consultant in paediatric anaesthesia and intensive care' : 'Porter'
    return `C${n},${who},07700 90${1000 + n},${job}`
  })
}

/** The same people with another job, and with much that is wrong: each row has something to show. */
function crowdSpoiled(people: number): string[] {
  const wrong = ['x', '12345', '07700 9000', '[clear]', '7.7E+09', '']
  return numbers(people).map(
    (n) =>
      `${n % 3 === 2 ? 'not-there-' : ''}C${n},,,${wrong[n % wrong.length]},${n % 4 === 0 ? 'N/A' : `Senior nurse of ward ${n}`}`,
  )
}

function numbers(people: number): number[] {
  return Array.from({ length: people }, (_, n) => n)
}

function letters(n: number): string {
  return `${String.fromCharCode(65 + Math.floor(n / 26))}${String.fromCharCode(97 + (n % 26))}`
}

function csv(...lines: string[]): string {
  return `${lines.join('\r\n')}\r\n`
}
