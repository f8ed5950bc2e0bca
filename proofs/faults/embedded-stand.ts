import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { createToken } from '../../src/access/tokens.ts'
import { openEmbedded } from '../../src/database/embedded.ts'
import { findFreePort } from '../../src/database/embedded-server.ts'
import { apiClient } from '../support/api-client.ts'
import { makeOrganisation, portalOn } from '../support/fresh-portal.ts'
import { openMailServer } from '../support/mail-server.ts'
import { musterProcess } from '../support/muster-process.ts'
import { ANN, CODE, createPeople, type Stand } from './stand.ts'

/**
 * A portal in one process with a PostgreSQL that it starts itself.
 * @param options.prepare what is done to the data folder, once it is made and before it is used
 */
export async function openEmbeddedStand(options: {
  people: number
  prepare?: (cluster: string) => Promise<void>
}): Promise<Stand & { dataDir: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'muster-faults-'))
  await chmod(dataDir, 0o755) // as root, PostgreSQL runs as another user, who has to get in
  if (options.prepare) {
    await (await openEmbedded({ dataDir })).stop()
    await options.prepare(join(dataDir, 'postgresql-18'))
  }
  const mail = await openMailServer()
  const portal = musterProcess('portal', 'both', {
    MUSTER_DATA_DIR: dataDir,
    DATABASE_URL: '',
    PORT: String(await findFreePort()),
    SMTP_URL: mail.url,
  })
  await portal.start()
  const embedded = await openEmbedded({ dataDir }) // joins the one that the portal runs, and leaves it again
  await embedded.stop()
  const databaseUrl = embedded.url
  const query = async <Row>(statement: string, values: unknown[] = [], url = databaseUrl) => {
    const client = new Client(url)
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(statement, values)).rows as Row[]
    } finally {
      await client.end().catch(() => {})
    }
  }
  const token = await tokenIn(databaseUrl)
  const stand = {
    dataDir,
    postgres: {
      url: databaseUrl,
      folder: join(dataDir, 'postgresql-18'),
      query,
      start: async () => {}, // the portal does
      stop: async () => {},
      kill: async () => {
        process.kill(await postmaster(dataDir), 'SIGKILL')
      },
    },
    network: undefined,
    web: portal,
    worker: portal,
    mail,
    client: apiClient(token, () => portal.url),
    token,
    sql: query,
    databaseUrl,
    people: options.people,
    rounds: 0,
    taken: 0,
    [Symbol.asyncDispose]: async () => {
      await portal.stop()
      await mail[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  await createPeople(stand)
  return stand
}

/** The process of the PostgreSQL on a data folder. */
export async function postmaster(dataDir: string): Promise<number> {
  const file = await readFile(join(dataDir, 'postgresql-18', 'postmaster.pid'), 'utf8').catch(() => '')
  return Number(file.split('\n')[0])
}

async function tokenIn(databaseUrl: string): Promise<string> {
  await using portal = await portalOn(databaseUrl)
  await makeOrganisation(portal, CODE)
  return await createToken(portal, ANN)
}
