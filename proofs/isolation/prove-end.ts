import type { Client } from 'pg'
import type { OwnMailServer } from '../support/mail-server.ts'
import { foreignMarks } from './cast.ts'
import { noteForeign, type Tally } from './findings.ts'
import { marksIn } from './marks.ts'
import { readRows } from './state.ts'
import type { World } from './world.ts'

// A transfer is of two organisations: it says which the other one is, and where in it people go.
const OF_BOTH: Record<string, RegExp> = {
  change_set: /"counterpart_id": \d+/,
  transfer: /"target_id": \d+|"site": "[^"]*"/g,
}

/** Looks at what is left when all was asked: everything that is stored of each organisation, and everything mailed. */
export async function proveEnd(
  client: Client,
  mail: OwnMailServer,
  world: World,
  tally: Tally,
): Promise<void> {
  const organisations = Object.values(world.organisations)
  for (const { organisation, table, text } of await readRows(client)) {
    const whose = organisations.find(({ id }) => id === organisation)
    if (whose === undefined) throw new Error(`nobody knows organisation ${organisation}`)
    const foreign = marksIn(text.replace(OF_BOTH[table] ?? /$^/, '')).filter(
      (mark) => mark.letter !== whose.letter && !tally.given.has(mark.text.toLowerCase()),
    )
    noteForeign(tally, `stored of ${whose.code}, in ${table}`, foreign)
  }
  tally.messages = mail.accepted.length
  for (const message of mail.accepted) {
    const to = [message.to].flat().flatMap((one) => one?.value.map(({ address }) => address ?? '') ?? [])
    const content = message.attachments.map((file) => `${file.filename}\n${file.content.toString()}`)
    const text = [message.subject, message.text, message.html, ...content].join('\n')
    for (const address of to) {
      const caller = world.callers.find(({ email }) => email === address)
      // Else to the administrator that an organisation has had from the beginning.
      const [own] = marksIn(address)
      const foreign = caller
        ? foreignMarks(caller, text, tally.given)
        : marksIn(text).filter(
            (mark) => mark.letter !== own?.letter && !tally.given.has(mark.text.toLowerCase()),
          )
      noteForeign(tally, `mailed to ${address}: ${message.subject}`, foreign)
    }
  }
}
