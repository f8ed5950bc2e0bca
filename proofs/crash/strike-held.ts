import { setTimeout as sleep } from 'node:timers/promises'
import type { MusterProcess } from '../support/muster-process.ts'
import { MAIL_SERVER } from './boundaries.ts'
import { type Halts, setHalts } from './halts.ts'
import { holdMail, type MailHalts } from './mail-halts.ts'
import type { Fault } from './plan-wave.ts'
import { strikePostgres, strikeProcess } from './strike.ts'
import { noteStrike, type Wave } from './wave.ts'

/** How long rounds may take until each is held. One that gets to its end without is counted by nobody. */
const REACH_MS = 40_000

type Holding = { wave: Wave; halts: Halts; mail: MailHalts }

/**
 * Plays the rounds until each is held at its boundary, and strikes those who are held there.
 * @returns the rounds, still being played
 */
export async function strikeHeld(wave: Wave, fault: Fault): Promise<Promise<void>[]> {
  const { cluster, rounds } = wave
  await using halts = await setHalts(cluster.url, haltsOf(wave))
  const holding = { wave, halts, mail: holdMail(cluster, rounds) }
  const over = new Set<number>()
  const playing = rounds.map((round, number) => {
    const played = round.play()
    played.finally(() => over.add(number)).catch(() => {}) // whoever waits for it looks at how it ended
    return played
  })
  const isThere = (there: Map<number, unknown>) =>
    rounds.every((_, number) => there.has(number) || over.has(number))
  for (const end = Date.now() + REACH_MS; !isThere(await heldBy(holding)) && Date.now() < end; )
    await sleep(20)
  if (fault === 'PostgreSQL killed') await strikeUnderAll(holding)
  else await strikeEach(holding, fault)
  return playing
}

function haltsOf({ rounds, chance }: Wave) {
  return rounds.flatMap(({ boundary, organisationId, acts }, id) =>
    boundary === undefined || boundary.name === MAIL_SERVER
      ? []
      : [
          {
            id,
            boundary: boundary.name,
            organisationId: acts ? acts.home.id : organisationId,
            leastMark: boundary.recurs ? chance.between(1, 2) : 1,
          },
        ],
  )
}

async function heldBy({ halts, mail }: Holding): Promise<Map<number, { process: string }>> {
  return new Map([...mail.held(), ...(await halts.held())])
}

/** One process after the other, a web process and a worker at once: there is always another of the kind. */
async function strikeEach(holding: Holding, fault: 'killed' | 'paused'): Promise<void> {
  const { webs, workers } = holding.wave.cluster
  for (let held = await heldBy(holding); held.size > 0; held = await heldBy(holding)) {
    const names = new Set([...held.values()].map(({ process }) => process))
    const struck = [webs, workers].flatMap((some) => some.filter(({ name }) => names.has(name)).slice(0, 1))
    if (struck.length === 0) throw new Error(`nobody is known as ${[...names]}`)
    await Promise.all(struck.map((process) => strikeOne(holding, process, fault)))
  }
}

async function strikeOne(
  holding: Holding,
  process: MusterProcess,
  fault: 'killed' | 'paused',
): Promise<void> {
  const { wave, halts, mail } = holding
  const strike = await strikeProcess(process, fault, wave.chance, async () => {
    for (const [number, { process: name }] of await heldBy(holding)) {
      if (name !== process.name) continue
      wave.tally.hit(wave.rounds[number]?.boundary?.name, fault)
      // What a dead process has sent is done or not done, as chance has it; a paused one's is done.
      if (mail.held().has(number)) mail.release(number)
      else if (fault === 'killed' && wave.chance.percent(50)) await halts.cut(number)
      else await halts.release(number)
    }
  })
  noteStrike(wave, strike)
}

/** PostgreSQL, under all who are held; some have been let go a moment ago. */
async function strikeUnderAll(holding: Holding): Promise<void> {
  const { wave, halts, mail } = holding
  const held = [...(await heldBy(holding)).keys()]
  for (const number of held) wave.tally.hit(wave.rounds[number]?.boundary?.name, 'PostgreSQL killed')
  const late: number[] = []
  for (const number of held) {
    if (!wave.chance.percent(40)) late.push(number)
    else if (mail.held().has(number)) mail.release(number)
    else await halts.release(number)
  }
  await sleep(wave.chance.between(0, 30))
  noteStrike(wave, await strikePostgres(wave.cluster, wave.chance))
  for (const number of late) mail.release(number)
}
