import type { Cluster } from './cluster.ts'
import { expectAccounts } from './expect-accounts.ts'
import { expectActs } from './expect-acts.ts'
import { expectReasons } from './expect-reasons.ts'
import { expectUndo } from './expect-undo.ts'
import type { Answered } from './play.ts'
import { type ResultRow, readResults } from './read-results.ts'
import type { Round } from './round.ts'
import type { Strike } from './strike.ts'
import { readTables, type Tables } from './tables.ts'

/** What a round came to. No faults, and it ended as it should. */
export type Checked = {
  faults: string[]
  counts: Record<string, number>
  /** Milliseconds from a message's writing, or the last strike before it left, until it had left. */
  mailedAfter: number[]
}

/** An upload whose end a client was told of, with its results file as that was answered. */
export type Ended = Answered & { id: number; outcomes: Map<number, ResultRow> }

/**
 * Compares what the clients of a round were answered with the tables, read past the portal's code, and with what the
 * mail server has: by a model that knows nothing else.
 */
export async function checkRound(
  cluster: Cluster,
  round: Round,
  strikes: readonly Strike[],
): Promise<Checked> {
  const tables = await readTables(cluster, round.organisationId)
  const faults: string[] = []
  const ended = round.answered.flatMap((part): Ended[] =>
    part.id !== undefined && part.results !== undefined
      ? [{ ...part, id: part.id, outcomes: readResults(part, part.results, faults) }]
      : [],
  )
  expectUploads(round, tables, faults)
  faults.push(...expectAccounts(round, ended, tables), ...expectReasons(round, ended))
  faults.push(...expectUndo(round, ended, tables))
  expectWrites(tables, faults)
  const told = [...ended, ...(round.known.undo ? [round.known.undo] : [])]
  const { repeated, mailedAfter } = expectMail(cluster, told, tables, strikes, faults)
  if (round.acts) {
    const of = await readTables(cluster, round.acts.home.id)
    faults.push(...(await expectActs(cluster, round.acts, round.known.acts)))
    expectWrites({ ...of, accountWrites: [] }, faults) // those of people who moved are noted where they went to
    // Whoever is removed goes from the outbox too, with the messages that name them.
    const told = round.known.acts.map(({ id, results }) => (round.acts?.isDue ? { id } : { id, results }))
    expectMail(cluster, told, of, strikes, faults)
  }
  const outcomes = ended.flatMap(({ outcomes }) => [...outcomes.values()])
  return {
    faults,
    mailedAfter,
    counts: {
      rounds: 1,
      'uploads acknowledged': new Set(ended.map(({ id }) => id)).size,
      'files sent without a key that nobody answered': round.answered.filter(({ id }) => id === undefined)
        .length,
      'rows with an outcome': outcomes.length,
      edits: round.known.edit ? 1 : 0,
      'files taken back': round.known.undo ? 1 : 0,
      'actions and transfers': round.known.acts.length,
      'rounds with daily steps': round.acts?.isDue ? 1 : 0,
      'accounts written': tables.accountWrites.length,
      'messages that came again under their Message-ID': repeated,
    },
  }
}

/** Every upload that was acknowledged is there and ended; of those that weren't, no more than were sent. */
function expectUploads({ answered }: Round, { uploads }: Tables, faults: string[]): void {
  const ids = new Set(answered.flatMap(({ id }) => id ?? []))
  for (const id of ids) {
    const upload = uploads.find((one) => one.id === id)
    if (upload?.status !== 'completed') faults.push(`upload ${id} was acknowledged, and is ${upload?.status}`)
    else if (upload.bytes > 0) faults.push(`upload ${id} has kept the file’s bytes`)
  }
  const keys = new Set(answered.flatMap(({ key }) => key ?? []))
  const answeredWithout = answered.filter(({ id, key }) => key === undefined && id !== undefined).length
  if (ids.size !== keys.size + answeredWithout) faults.push(`${ids.size} uploads of ${keys.size} keys`)
  const unanswered = answered.filter(({ id }) => id === undefined).length
  const unknown = uploads.filter((upload) => !ids.has(upload.id)).length
  if (unknown > unanswered)
    faults.push(`${unknown} uploads that nobody knows of; ${unanswered} were not answered`)
}

/** Whoever wrote had the lock; each chunk's accounts, its row and its mark are of one transaction. */
function expectWrites({ accountWrites, chunkWrites, markWrites, lockless }: Tables, faults: string[]): void {
  if (lockless > 0) faults.push(`${lockless} writes by a process that had lost its lock`)
  const chunks = new Map(chunkWrites.map((write) => [write.transaction, write]))
  const marks = new Map(markWrites.map((write) => [write.transaction, write]))
  for (const { transaction, id } of accountWrites)
    if (!chunks.has(transaction)) faults.push(`account ${id} was written without a chunk`)
  for (const { transaction, id, number } of chunkWrites) {
    const mark = marks.get(transaction)
    if (mark?.id !== id || mark.number !== number)
      faults.push(`a chunk of upload ${id} has no mark at ${number}`)
  }
  for (const { transaction, id } of markWrites)
    if (!chunks.has(transaction)) faults.push(`the mark of upload ${id} was moved without a chunk`)
}

/** One message about each upload, and each undo, sent, with the results file; once more at most for each who was struck meanwhile. */
function expectMail(
  { mail }: Cluster,
  told: readonly { id: number; results?: string }[],
  tables: Tables,
  strikes: readonly Strike[],
  faults: string[],
): { repeated: number; mailedAfter: number[] } {
  let repeated = 0
  const mailedAfter: number[] = []
  for (const { id, results } of new Map(told.map((one) => [one.id, one])).values()) {
    const rows = tables.mail.filter((message) => message.setId === id)
    if (results !== undefined ? rows.length !== 1 : rows.length > 1)
      faults.push(`${rows.length} messages about change set ${id} in the outbox`)
    const came = mail.accepted.filter(({ messageId }) => messageId?.startsWith(`<results.${id}@`))
    if (came.length === 0) faults.push(`the message about change set ${id} never came`)
    const since = strikes.filter(
      ({ process, over }) => !process.startsWith('web') && over > (rows[0]?.created ?? 0),
    )
    if (came.length > 1 + since.length)
      faults.push(
        `the message about change set ${id} came ${came.length} times, after ${since.length} strikes`,
      )
    repeated += Math.max(0, came.length - 1)
    const files = came.map(({ attachments }) => withoutMark(attachments[0]?.content))
    if (results !== undefined && files.some((file) => withoutLast(file) !== withoutLast(results)))
      faults.push(`the message about change set ${id} has another results file`)
    for (const { created, sent } of rows) {
      const before = strikes.map(({ over }) => over).filter((over) => over < sent)
      mailedAfter.push(sent - Math.max(created, ...before))
    }
  }
  return { repeated, mailedAfter }
}

// The last cell of a row is the account's address when the file is made: a message that leaves after the upload was
// taken back has none.
function withoutLast(file: string | undefined): string | undefined {
  return file?.replaceAll(/,[^,\r\n]*(?=\r?\n)/g, '')
}

// The API's answer is read as text, which leaves out the byte order mark.
function withoutMark(file: Buffer | undefined): string | undefined {
  return file && new TextDecoder().decode(file)
}
