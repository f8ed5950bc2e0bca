import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { openEmbedded } from '../../src/database/embedded.ts'
import { migrate } from '../../src/database/migrate.ts'
import { migrateQueue } from '../../src/queue/open.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server's URL, with no database of ours in it. */
    serverUrl: string
    /** The migrated database that each test file's own is copied from. */
    template: string
  }
}

/** One PostgreSQL a run (TEST_DATABASE_URL, or an embedded one), with one migrated template database. */
export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await startServer()
  const template = `muster_template_${process.pid}`
  await administer(server.url, `create database ${template}`)
  const url = withDatabase(server.url, template)
  await migrate(url)
  await migrateQueue(url)
  provide('serverUrl', server.url)
  provide('template', template)
  return async () => {
    await administer(server.url, `drop database ${template} with (force)`)
    await server.stop()
  }
}

async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL
  if (given) return { url: given, stop: async () => {} }
  const dataDir = await mkdtemp(join(tmpdir(), 'muster-test-'))
  await chmod(dataDir, 0o755) // as root, PostgreSQL runs as another user, who has to get in
  const embedded = await openEmbedded({ dataDir })
  return {
    url: embedded.url,
    stop: async () => {
      await embedded.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  await client.query(statement)
  await client.end()
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}
