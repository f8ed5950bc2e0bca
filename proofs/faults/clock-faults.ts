import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Family, Fault } from './fault.ts'
import { type FaultyMailServer, openFaultyMailServer } from './faulty-mail-server.ts'
import { fakeClock } from './machine.ts'
import { waitsInOutbox } from './mail-faults.ts'
import { openStand, type Stand } from './stand.ts'

const CLOCK = join(tmpdir(), `muster-clock-${process.pid}`)

const PATIENCE_MS = 30_000

const WITH_CLOCK: Pick<Fault, 'missing' | 'meanwhile'> = {
  missing: async () => {
    const clock = await fakeClock()
    return 'missing' in clock ? clock.missing : undefined
  },
  meanwhile: { readyz: 200, sending: 'taken' },
}

const ahead: Fault = {
  ...WITH_CLOCK,
  name: 'the clock of the machine jumps ahead by a day',
  during: 'applying',
  strike: (stand) => setClock(stand, 1),
  after: (stand) => setClock(stand, 0),
}

const back: Fault = {
  ...WITH_CLOCK,
  name: 'the clock of the machine is put back by a day',
  during: 'applying',
  strike: async (stand) => {
    await setClock(stand, 1)
    await setClock(stand, 0)
  },
}

/** The message is to be tried again a minute later, on a day that isn't there any more. */
const backWithMail: Fault = {
  ...WITH_CLOCK,
  name: 'the clock is put back by a day while a message waits to be tried again',
  during: 'mailing',
  strike: async (stand) => {
    await setClock(stand, 1)
    await serverOf(stand).behave('down')
  },
  look: waitsInOutbox,
  heal: async (stand) => {
    await setClock(stand, 0)
    await serverOf(stand).behave('well')
  },
}

/** PostgreSQL and Muster by one clock, which is set in a file. */
export const clockFaults: Family = {
  name: 'clock',
  faults: [ahead, back, backWithMail],
  open: async () => {
    const clock = await fakeClock()
    if ('missing' in clock) throw new Error(clock.missing)
    await writeFile(CLOCK, '+0d')
    const environment = {
      LD_PRELOAD: clock.library,
      FAKETIME_TIMESTAMP_FILE: CLOCK,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    }
    return openStand({
      people: 12_000,
      postgres: { environment },
      settings: environment,
      mail: await openFaultyMailServer(),
    })
  },
}

/** Sets the clock so many days ahead, and waits until PostgreSQL and the portal go by it. */
async function setClock(stand: Stand, days: number): Promise<void> {
  await writeFile(CLOCK, `+${days}d`)
  const daysAhead = (time: Date) => Math.round((time.getTime() - Date.now()) / 86_400_000)
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(200)) {
    const [said] = await stand.sql<{ now: Date }>('select now()')
    const { headers } = await fetch(`${stand.web.url}/livez`)
    const clocks = [said?.now ?? new Date(0), new Date(headers.get('date') ?? 0)]
    if (clocks.every((clock) => daysAhead(clock) === days)) return
    if (Date.now() > end) throw new Error(`the clocks say ${clocks.map((clock) => clock.toISOString())}`)
  }
}

function serverOf(stand: Stand): FaultyMailServer {
  return stand.mail as FaultyMailServer
}
