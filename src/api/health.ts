import type { FastifyPluginAsync } from 'fastify'
import { isReadOnly, schemaIsCurrent } from '../database/schema-current.ts'
import type { Portal } from '../portal.ts'
import { within } from './patience.ts'

const PATIENCE_MS = 5_000

/**
 * Two questions that a supervisor asks: `/livez`, whether the process answers (the database is not asked, so that an
 * outage there restarts nothing), and `/readyz`, whether it can do its work.
 */
export function health(portal: Portal): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    app.get('/livez', async () => ({ status: 'ok' }))
    app.get('/readyz', async (_request, reply) => {
      const database = await stateOf(portal)
      return reply
        .code(database === 'ok' ? 200 : 503)
        .send({ status: database === 'ok' ? 'ok' : 'not ready', database })
    })
  }
}

async function stateOf(portal: Portal): Promise<'ok' | 'not migrated' | 'read-only' | 'no answer'> {
  const look = portal.database.transaction([], async (tx) => {
    if (!(await schemaIsCurrent(tx))) return 'not migrated'
    return (await isReadOnly(tx)) ? 'read-only' : 'ok'
  })
  try {
    return await within(PATIENCE_MS, look)
  } catch (error) {
    portal.log.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'not ready: the database')
    return 'no answer'
  }
}
