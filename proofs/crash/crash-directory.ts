import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { openEmbedded } from '../../src/database/embedded.ts'
import { createPeople } from './check-crash.ts'
import type { Directory } from './kill-in.ts'
import { servingProcess } from './serving-process.ts'
import { freePort, slowMailServer } from './slow-mail-server.ts'

/** A portal with its own PostgreSQL and people in it, in processes that can be killed; gone when disposed. */
export async function crashDirectory(people: number): Promise<Directory & AsyncDisposable> {
  const dataDir = await mkdtemp(join(tmpdir(), 'muster-crash-'))
  await chmod(dataDir, 0o755) // as root, PostgreSQL runs as another user, who has to get in
  const mail = await slowMailServer(700)
  const muster = servingProcess({
    MUSTER_DATA_DIR: dataDir,
    PORT: String(await freePort()),
    SMTP_URL: mail.url,
    DATABASE_URL: '',
  })
  await muster.start()
  await muster.command('organisation', 'add', 'RX1', 'A trust')
  await muster.command(
    'administrator',
    'add',
    'ann@trust.example',
    '--role',
    'local-administrator',
    '--organisation',
    'RX1',
  )
  const token = await muster.command('token', 'create', '--email', 'ann@trust.example')
  const directory: Directory = {
    muster,
    mail,
    token,
    people,
    findDatabase: async () => {
      const embedded = await openEmbedded({ dataDir }) // joins the one that the portal runs, and leaves it again
      try {
        return { url: embedded.url, postmaster: await postmasterPid(embedded.url) }
      } finally {
        await embedded.stop()
      }
    },
  }
  await createPeople(directory)
  return {
    ...directory,
    [Symbol.asyncDispose]: async () => {
      await muster.stop()
      await mail[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function postmasterPid(url: string): Promise<number> {
  const client = new Client(url)
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query(
    `select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::integer as pid`,
  )
  await client.end()
  return rows[0].pid
}
