import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import type { Portal } from '../../src/portal.ts'
import { openServer } from '../../src/server/open.ts'

/** A method and a URL that the server answers, `:id` and all. */
export type Route = { method: string; url: string }

/** Every route of the server, as it is registered with Fastify: pages, API, health, metrics, assets, all of them. */
export async function readRoutes(portal: Portal): Promise<Route[]> {
  const routes: Route[] = []
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) routes.push({ method: each, url })
    })
  }
  subscribe('fastify.initialization', listen)
  try {
    const app = await openServer(portal)
    await app.close()
  } finally {
    unsubscribe('fastify.initialization', listen)
  }
  return routes
}
