import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import type { Mode } from '../../src/changes/plan/wanted.ts'
import type { OwnMailServer } from '../support/mail-server.ts'
import { withoutMoment, wordsOf } from './answer.ts'
import { type Asker, openAsker } from './asker.ts'
import { foreignMarks, mayUpload, sees } from './cast.ts'
import { noteDifference, noteForeign, type Tally } from './findings.ts'
import { aboutEither, foreignRows, ownPeople, type Pair } from './foreign-rows.ts'
import { LETTERS, wordsIn } from './marks.ts'
import { fileOf, type Person } from './people.ts'
import { type Asked, compareState, foreignTo, signIn } from './prove-routes.ts'
import { allAbout, confirm, sendRows } from './send-file.ts'
import { readState } from './state.ts'
import type { World } from './world.ts'

const MODES: readonly Mode[] = ['create', 'update', 'both']

/** Room for the rows of a file, in the numbers of one's own people. */
const ROOM = 2_000

type Stage = { asker: Asker; code: string; tally: Tally; mail: OwnMailServer; isDivided: boolean }

/**
 * Sends pairs of files: their plans, their outcomes and the messages about them are to be the same.
 * @param most how many pairs
 */
export async function proveFiles(
  asked: Asked & { mail: OwnMailServer },
  world: World,
  most: number,
  tally: Tally,
): Promise<void> {
  const { origin, client, mail } = asked
  await untilIdle(client)
  const senders = world.callers.flatMap((caller) =>
    LETTERS.filter((letter) => letter !== 'd' && mayUpload(caller, letter)).map((letter) => ({
      caller,
      letter,
    })),
  )
  // The first of them in every mode, the others in one each.
  const pairs = senders.flatMap((sender, nth) =>
    (nth === 0 ? MODES : [MODES[nth % MODES.length] as Mode]).map((mode) => ({ ...sender, mode })),
  )
  for (const [nth, { caller, letter, mode }] of pairs.slice(0, most).entries()) {
    const asker = await openAsker(origin, caller)
    await signIn(asked, asker)
    const { code } = world.organisations[letter]
    const others = Object.values(world.organisations).filter((one) => !sees(caller, one.letter, 'directory'))
    const before = await readState(client, foreignTo(caller, world))
    const from = 2 * nth * ROOM
    if (mode === 'update') await create(asker, code, ownPeople(from, ROOM))
    const isDivided = nth % 2 === 1
    await provePair({ asker, code, tally, mail, isDivided }, mode, foreignRows(others, mode, from))
    await compareState(client, before, `${caller.name}: a file to ${mode}`, tally)
  }
}

/** Those whom an update is to be about. */
async function create(asker: Asker, code: string, people: Pair): Promise<void> {
  const rows = [...people.foreign, ...people.nobodys]
  const headings = ['LocalID', 'FirstName', 'LastName', 'Mobile']
  await confirm(asker, await sendRows(asker, { code, mode: 'create', rows, headings }))
}

async function provePair(stage: Stage, mode: Mode, pair: Pair): Promise<void> {
  const { asker, code, tally, isDivided: divide } = stage
  // Where a file is one of several organisations each row names its own.
  const naming = (rows: Person[]) => (divide ? rows.map((row) => ({ OrganisationCode: code, ...row })) : rows)
  const [foreign, nobodys] = [naming(pair.foreign), naming(pair.nobodys)]
  const file = `${asker.caller.name}: a file to ${mode}${divide ? ', of several' : ''}`
  const known = wordsIn(fileOf(foreign).toString())
  const ids: string[] = []
  for (const rows of [foreign, nobodys]) ids.push(await sendRows(asker, { code, mode, rows, divide }))
  tally.files += 2
  tally.cells += foreign.length
  await compareAnswers(stage, `${file}, checked`, ids, known)
  for (const id of ids) await confirm(asker, id)
  for (const mark of known) tally.given.add(mark)
  await compareAnswers(stage, `${file}, applied`, ids, known)
  await compareMessages(stage, `${file}, its message`, ids, known)
}

async function compareAnswers(
  { asker, tally }: Stage,
  where: string,
  [one = '', other = '']: string[],
  known: ReadonlySet<string>,
): Promise<void> {
  const toNobodys = await allAbout(asker, other, tally)
  for (const [nth, { route, answer }] of (await allAbout(asker, one, tally)).entries()) {
    const at = `${where}: ${route}`
    if (answer.status >= 500) tally.findings.push({ kind: 'fault', where: at, what: String(answer.status) })
    noteForeign(tally, at, foreignMarks(asker.caller, wordsOf(answer), known, tally.given))
    const [theirs, nobodys] = [answer, toNobodys[nth]?.answer ?? answer].map((each) =>
      aboutEither(withoutMoment(each)),
    ) as [string, string]
    if (theirs !== nobodys) noteDifference(tally, at, theirs, nobodys)
  }
}

/** What the person who confirmed them is mailed of both. */
async function compareMessages(
  { asker, tally, mail }: Stage,
  where: string,
  ids: string[],
  known: ReadonlySet<string>,
): Promise<void> {
  const messages: string[] = []
  for (const id of ids) {
    const found = await untilArrived(mail, `<results.${id}@`)
    const content = found.attachments.map((file) => `${file.filename}\n${file.content.toString()}`)
    messages.push([found.subject, found.text, found.html, ...content].join('\n'))
  }
  const [theirs, nobodys] = messages.map((body) =>
    aboutEither(withoutMoment({ status: 250, headers: [], body })),
  ) as [string, string]
  noteForeign(tally, where, foreignMarks(asker.caller, messages[0] ?? '', known, tally.given))
  if (theirs !== nobodys) noteDifference(tally, where, theirs, nobodys)
}

const PATIENCE_MS = 60_000

async function untilArrived(mail: OwnMailServer, messageId: string) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(100)) {
    const found = mail.accepted.find((message) => message.messageId?.startsWith(messageId))
    if (found) return found
  }
  throw new Error(`the message ${messageId}…> doesn't arrive`)
}

/** Waits until the worker has done what the probes have caused. */
async function untilIdle(client: Client): Promise<void> {
  for (const end = Date.now() + 2 * PATIENCE_MS; Date.now() < end; await sleep(200)) {
    const { rows } = await client.query<{ left: number }>(`
      select count(*)::integer as left from pgboss.job where state < 'completed'
        and name not in ('deliver-mail', 'expire-uploads')`)
    if (rows[0]?.left === 0) return
  }
  throw new Error('the worker is not done')
}
