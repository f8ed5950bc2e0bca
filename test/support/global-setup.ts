import type { TestProject } from 'vitest/node'
import { openDatabaseServer } from '../../proofs/support/database-server.ts'

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
  const server = await openDatabaseServer(process.env.TEST_DATABASE_URL || undefined)
  const template = await server.makeDatabase()
  provide('serverUrl', server.url)
  provide('template', new URL(template).pathname.slice(1))
  return async () => {
    await server.dropDatabase(template)
    await server[Symbol.asyncDispose]()
  }
}
