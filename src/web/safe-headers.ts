import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import type { Portal } from '../portal.ts'

/** Headers that hold the browser to this server: no foreign script, style, font, frame or form target. */
export async function sendSafely(app: FastifyInstance, portal: Portal): Promise<void> {
  const overHttps = portal.config.publicUrl.startsWith('https:')
  await app.register(helmet, {
    enableCSPNonces: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        'base-uri': ["'none'"],
      },
    },
    strictTransportSecurity: overHttps,
    referrerPolicy: { policy: 'same-origin' },
  })
  // Assets set their own header. Everything else is a page about people, which no cache may keep.
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
}
