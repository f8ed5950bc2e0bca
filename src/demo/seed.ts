import type { Actor } from '../access/actor.ts'
import { loadActor } from '../access/administrators.ts'
import { emailKey } from '../access/email.ts'
import { hashPassword } from '../access/passwords.ts'
import { insertAdministrator, insertGrant, selectAdministrator, updatePassword } from '../access/store.ts'
import { createToken } from '../access/tokens.ts'
import { applyChangeSet } from '../changes/apply/apply.ts'
import { applyAtOnce } from '../changes/apply/apply-at-once.ts'
import { confirmChangeSet } from '../changes/confirm.ts'
import { planAccounts } from '../changes/plan/plan-accounts.ts'
import type { Status } from '../changes/status.ts'
import type { Connection } from '../database/open.ts'
import { addOrganisation } from '../directory/organisation.ts'
import { Conflict } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { checkUpload } from '../uploads/check.ts'
import { findUpload } from '../uploads/find-uploads.ts'
import { receiveUpload } from '../uploads/receive.ts'
import { type Person, peopleCsv, peopleOf, statusOf } from './people.ts'
import { accountIds, beginDemo, isEmpty, lockDemo, noteDemo, organisationIds, selectDemo } from './store.ts'
import {
  ADMINISTRATORS,
  DEMO_PASSWORD,
  type DemoAdministrator,
  type DemoOrganisation,
  ORGANISATIONS,
} from './trust.ts'

/** Who may sign in to the demo, and the token with which programs act for the first of them. */
export type Demo = {
  signIns: readonly (DemoAdministrator & { password: string })[]
  token: string
  /** Whether it was made just now. */
  isNew: boolean
}

/**
 * Fills an empty database with the made-up trust. Its accounts come in as uploads through the real engine, so they have
 * a history. A seeding that was killed goes on where it stopped; one that was done is left alone.
 * @param say told what takes its time
 * @returns undefined, and nothing is written, when the database holds something that isn't the demo
 */
export async function seedDemo(
  portal: Portal,
  say: (message: string) => void = () => {},
): Promise<Demo | undefined> {
  return portal.database.onConnection((connection) => seed(portal, connection, say))
}

async function seed(
  portal: Portal,
  connection: Connection,
  say: (message: string) => void,
): Promise<Demo | undefined> {
  await connection.transaction([], lockDemo) // held by the connection: two processes may start on one new database
  const found = await connection.transaction('everything', async (tx) => {
    const demo = await selectDemo(tx)
    if (demo === undefined && (await isEmpty(tx))) await beginDemo(tx)
    else if (demo === undefined) return undefined
    return demo ?? { token: null }
  })
  if (found === undefined) return undefined
  const signIns = ADMINISTRATORS.map((administrator) => ({ ...administrator, password: DEMO_PASSWORD }))
  if (found.token !== null) return { signIns, token: found.token, isNew: false }

  say('Filling the demo: 3 organisations, 2,500 accounts.')
  for (const organisation of ORGANISATIONS) {
    await addOrganisation(portal, organisation).catch(unlessThere)
  }
  await addAdministrators(portal)
  for (const organisation of ORGANISATIONS) await addPeople(portal, organisation)
  const token = await createToken(portal, (ADMINISTRATORS[0] as DemoAdministrator).email)
  await portal.database.transaction([], (tx) => noteDemo(tx, token))
  return { signIns, token, isNew: true }
}

function unlessThere(error: unknown): void {
  if (!(error instanceof Conflict)) throw error
}

// These are written straight into the tables, since adding administrators the usual way mails each of them a link.
async function addAdministrators(portal: Portal): Promise<void> {
  const passwordHash = await hashPassword(DEMO_PASSWORD)
  await portal.database.transaction('everything', async (tx) => {
    const ids = await organisationIds(tx)
    for (const { name, email, role, organisations } of ADMINISTRATORS) {
      const id = await insertAdministrator(tx, { email, emailKey: emailKey(email), name })
      await updatePassword(tx, id, passwordHash)
      if (role === 'global-administrator') await insertGrant(tx, id, role, null)
      for (const code of organisations) await insertGrant(tx, id, role, ids.get(code) as number)
    }
  })
}

const DAY_MS = 24 * 3600_000

async function addPeople(portal: Portal, organisation: DemoOrganisation): Promise<void> {
  const people = peopleOf(organisation)
  const first = people.slice(0, people.length - organisation.newStarters)
  const actor = await administratorOf(portal, organisation)
  await upload(daysAgo(portal, 20), actor, organisation, 'all-staff.csv', first)
  if (first.length < people.length) {
    await upload(daysAgo(portal, 3), actor, organisation, 'new-starters.csv', people.slice(first.length))
  }
  await setAside(portal, actor, organisation, people)
}

const SET_ASIDE = [
  ['Disabled', 'disable'],
  ['Leaver', 'leaver'],
  ['Deleted', 'delete'],
] as const

/** Some have left, are on a long leave, or were deleted. */
async function setAside(
  portal: Portal,
  actor: Actor,
  { code }: DemoOrganisation,
  people: readonly Person[],
): Promise<void> {
  await portal.database.transaction('everything', async (tx) => {
    const organisationId = (await organisationIds(tx)).get(code) as number
    const ids = await accountIds(tx, organisationId)
    for (const [status, action] of SET_ASIDE) {
      const wanted = people.flatMap(({ localId }, n) =>
        statusOf(n) === status ? [[ids.get(localId) as number, { status }] as const] : [],
      )
      const changes = await planAccounts(tx, organisationId, new Map(wanted))
      const by = actor.administratorId
      await applyAtOnce(portal, tx, { kind: 'action', organisationId, deed: { action }, by }, changes)
    }
  })
}

async function administratorOf(portal: Portal, organisation: DemoOrganisation): Promise<Actor> {
  const administrator = ADMINISTRATORS.find(
    ({ role, organisations }) => role === 'local-administrator' && organisations.includes(organisation.code),
  ) as DemoAdministrator
  return portal.database.transaction([], async (tx) => {
    const found = await selectAdministrator(tx, { emailKey: emailKey(administrator.email) })
    return (await loadActor(tx, found?.id as number)) as Actor
  })
}

/** The same portal as it was so many days ago. */
function daysAgo(portal: Portal, days: number): Portal {
  return { ...portal, clock: { now: () => new Date(portal.clock.now().getTime() - days * DAY_MS) } }
}

/** The whole path of an upload at once. A worker may be running: whichever comes first does a step. */
async function upload(
  portal: Portal,
  actor: Actor,
  { code }: DemoOrganisation,
  filename: string,
  people: readonly Person[],
): Promise<void> {
  const bytes = (async function* () {
    yield Buffer.from(peopleCsv(people))
  })()
  const idempotencyKey = `demo ${code} ${filename}`
  const { id } = await receiveUpload(portal, actor, {
    organisationCode: code,
    mode: 'create',
    filename,
    bytes,
    idempotencyKey,
  })
  const { organisation } = await findUpload(portal, actor, id)
  await checkUpload(portal, { data: { uploadId: id, organisationId: organisation.id } })
  await statusAfter(portal, actor, id, ['checking'])
  await confirmChangeSet(portal, actor, id)
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId: organisation.id } })
  const status = await statusAfter(portal, actor, id, ['queued', 'applying'])
  if (status !== 'completed') throw new Error(`The demo's file ${filename} of ${code} ended as ${status}.`)
}

async function statusAfter(
  portal: Portal,
  actor: Actor,
  id: number,
  passing: readonly Status[],
): Promise<Status> {
  for (;;) {
    const { status } = await findUpload(portal, actor, id)
    if (!passing.includes(status)) return status
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
