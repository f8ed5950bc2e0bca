import type { FastifyRequest } from 'fastify'
import type { Actor } from '../access/actor.ts'
import type { Action } from '../access/permissions.ts'
import type { Session } from '../access/sessions.ts'
import type { Organisation } from '../directory/organisation.ts'
import type { Portal } from '../portal.ts'
import type { SentFile } from './file-form.ts'
import type { Fields, FormError } from './form.ts'

/** A request as a page's handler sees it. How to write one: routes.ts. */
export type PageRequest = FastifyRequest<{
  Params: Record<string, string>
  Querystring: Fields
  Body: Fields | undefined
}>

declare module 'fastify' {
  interface FastifyRequest {
    portal: Portal
    /** Null when nobody is signed in. */
    session: Session | null
    /** Who is signed in; reading it on a page for anyone, with nobody signed in, is a bug. */
    readonly actor: Actor
    /** The organisation chosen in the header. */
    readonly organisation: Organisation
    /** Those to choose from that the header shows: see organisation/to-choose.ts. */
    organisations: Organisation[]
    /** The file of a form that sends one; null when none was chosen. */
    sentFile: SentFile | null
  }
  interface FastifyReply {
    /** The page as HTML: 200, or 400 when `data.errors` has some, unless the status was set before. */
    page(view: string, data?: PageData): Promise<string>
    /** Sends the browser on (303), never to another server; the notice is shown on top of the next page, once. */
    goTo(path: string, notice?: string): Promise<FastifyReply>
  }
  interface FastifyContextConfig {
    may?: WhoMay
    takesFile?: boolean
  }
}

/**
 * An action of the permissions table, held over some organisation; or anyone who is signed in; or even before they have
 * added the second factor that their role needs; or anyone at all.
 */
export type WhoMay = Action | 'signed-in' | 'enrolling' | 'anyone'

export type PageData = { errors?: readonly FormError[]; [name: string]: unknown }

/** There is no organisation that the administrator could work for. */
export class NoOrganisation extends Error {
  override name = 'NoOrganisation'
}
