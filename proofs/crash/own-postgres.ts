import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { addAdministrator } from '../../src/access/administrators.ts'
import { createToken } from '../../src/access/tokens.ts'
import { openEmbedded } from '../../src/database/embedded.ts'
import { findFreePort } from '../../src/database/embedded-server.ts'
import type { Random } from '../../src/demo/random.ts'
import { addOrganisation } from '../../src/directory/organisation.ts'
import { type ApiClient, apiClient } from '../support/api-client.ts'
import { portalOn } from '../support/fresh-portal.ts'
import { lastNameOf } from '../support/last-name.ts'
import { type MusterProcess, musterProcess } from '../support/muster-process.ts'
import { disposeWhenInterrupted } from '../support/when-interrupted.ts'

/** `muster serve` with the PostgreSQL that it brings and starts itself, and an organisation with people in it. */
export type OwnPortal = AsyncDisposable & {
  muster: MusterProcess
  client: ApiClient
  dataDir: string
  people: number
}

export async function openOwnPortal(people: number): Promise<OwnPortal> {
  await using opened = new AsyncDisposableStack()
  using _ = disposeWhenInterrupted(opened)
  const dataDir = await mkdtemp(join(tmpdir(), 'muster-crash-'))
  opened.defer(() => rm(dataDir, { recursive: true, force: true }))
  await chmod(dataDir, 0o755) // as root, PostgreSQL runs as another user, who has to get in
  const environment = {
    MUSTER_DATA_DIR: dataDir,
    PORT: String(await findFreePort()),
    MOBILE_REQUIRED: 'false',
  }
  const muster = musterProcess('portal', 'both', environment)
  opened.defer(async () => void (await muster.stop()))
  await muster.start()
  const client = apiClient(await makeSender(dataDir), () => muster.url)
  const portal = { muster, client, dataDir, people }
  await changeEverybody(portal, 'create', 'first')
  const disposal = opened.move()
  return { ...portal, [Symbol.asyncDispose]: () => disposal.disposeAsync() }
}

/**
 * Kills PostgreSQL under the portal in the middle of an apply, alone or with the portal: the one left or started again
 * starts it again, and everybody is changed once.
 * @param round counts from 1: so many times everybody has been changed when it is over
 */
export async function strikeOwnPostgres(
  portal: OwnPortal,
  chance: Random,
  round: number,
  isAlone: boolean,
): Promise<Record<string, number>> {
  const { muster, dataDir, people } = portal
  const far = chance.between(0, people / 2)
  await changeEverybody(portal, 'update', `Round ${round}`, async (id) => {
    for (
      let upload = await portal.client.show(id);
      isBefore(upload, far);
      upload = await portal.client.show(id)
    )
      await sleep(5)
    const file = await readFile(join(dataDir, 'postgresql-18', 'postmaster.pid'), 'utf8')
    process.kill(Number(file.split('\n')[0]), 'SIGKILL')
    if (isAlone) return
    await sleep(chance.between(0, 500)) // the portal goes on alone for a while, and begins to start it again
    await muster.kill()
    await muster.start()
  })
  const { rows } = await query(
    dataDir,
    `select count(*)::integer as accounts,
       count(*) filter (where version = $1 and job_title = $2)::integer as written from account`,
    [round + 1, `Round ${round}`],
  )
  const { accounts, written } = rows[0]
  if (accounts !== people || written !== people)
    throw new Error(`${written} of ${accounts} accounts were written once, of ${people}`)
  return { [`PostgreSQL of the portal’s own killed ${isAlone ? 'alone' : 'with the portal'}`]: 1 }
}

/** An organisation, and the token of somebody who may send files for it. */
async function makeSender(dataDir: string): Promise<string> {
  const embedded = await openEmbedded({ dataDir }) // joins the server that the portal runs, and leaves it again
  try {
    await using portal = await portalOn(embedded.url)
    await addOrganisation(portal, { code: 'RX1', name: 'A trust' })
    await addAdministrator(portal, { email: 'ann@trust.example', role: 'global-administrator' })
    return await createToken(portal, 'ann@trust.example')
  } finally {
    await embedded.stop()
  }
}

async function changeEverybody(
  { client, people }: Omit<OwnPortal, keyof AsyncDisposable>,
  mode: 'create' | 'update',
  jobTitle: string,
  strike: (id: number) => Promise<void> = async () => {},
): Promise<void> {
  const names = (n: number) => (mode === 'create' ? `Sam,${lastNameOf(`${n}`)}` : ',')
  const lines = Array.from({ length: people }, (_, n) => `p${n},${names(n)},${jobTitle}`)
  const file = ['LocalID,FirstName,LastName,JobTitle', ...lines].join('\n')
  const { id } = await client.send(file, { organisation: 'RX1', mode, key: jobTitle })
  await client.waitFor(id, ['checked'])
  await client.confirm(id)
  await strike(id)
  const { results } = await client.waitFor(id, ['completed'])
  const done = mode === 'create' ? results.created : results.updated
  if (done !== people) throw new Error(`${jobTitle}: ${JSON.stringify(results)}`)
}

function isBefore(
  { status, progress }: { status: string; progress: { done: number } },
  row: number,
): boolean {
  return status === 'queued' || (status === 'applying' && progress.done < row)
}

async function query(dataDir: string, statement: string, values: unknown[]) {
  const embedded = await openEmbedded({ dataDir })
  const client = new Client(embedded.url)
  await client.connect()
  try {
    return await client.query(statement, values)
  } finally {
    await client.end()
    await embedded.stop()
  }
}
