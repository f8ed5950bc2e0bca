import { createRequire } from 'node:module'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import nunjucks from 'nunjucks'
import { type Actor, may } from '../access/actor.ts'
import { ROLE_NAMES } from '../access/permissions.ts'
import { lacksFactor } from '../access/second-factor/required.ts'
import { keepInSession } from '../access/sessions.ts'
import { findTimeZone } from '../directory/change-settings.ts'
import { USUAL_TIME_ZONE } from '../words.ts'
import { NHSUK_FRONTEND } from './assets.ts'
import { sessionOf } from './csrf.ts'
import { addFilters } from './filters.ts'
import type { FormError } from './form.ts'
import { contactOf } from './layout/contact.ts'
import { pagesFor } from './organisation/pages.ts'
import { pathHere } from './path-here.ts'

/** Gives replies `page` and `goTo` (request.ts): Nunjucks templates of this folder, with nhsuk-frontend's macros. */
export async function renderPages(app: FastifyInstance): Promise<void> {
  const templates = [import.meta.dirname, NHSUK_FRONTEND, `${NHSUK_FRONTEND}/nhsuk`]
  const views = new nunjucks.Environment(new nunjucks.FileSystemLoader(templates), { autoescape: true })
  addFilters(views)

  app.decorateReply('page', async function (view, data = {}) {
    const { request } = this
    // What went wrong may be the database.
    const timeZone = this.statusCode < 400 ? await timeZoneOf(request) : USUAL_TIME_ZONE
    if (data.errors?.length && this.statusCode === 200) this.code(statusOf(data.errors))
    const wait = data.errors?.find(({ retryAfter }) => retryAfter !== undefined)?.retryAfter
    if (wait !== undefined) this.header('retry-after', wait)
    const html = views.render(view, {
      ...data,
      ...layoutOf(request),
      timeZone,
      csrf: tokenField(this.generateCsrf({ userInfo: sessionOf(request) })),
      cspNonce: this.cspNonce?.script,
    })
    if (request.session?.notice) await keepInSession(request.portal, request.session, { notice: null })
    this.type('text/html; charset=utf-8')
    return html
  })
  app.decorateReply('goTo', async function (path, notice) {
    const { portal, session } = this.request
    if (notice && session) await keepInSession(portal, session, { notice })
    return this.redirect(pathHere(path), 303)
  })
}

const { version: VERSION } = createRequire(import.meta.url)('../../package.json') as { version: string }

async function timeZoneOf(request: FastifyRequest): Promise<string> {
  const { portal, session, organisations } = request
  if (!session || organisations.length === 0) return USUAL_TIME_ZONE
  return findTimeZone(portal, session.actor, request.organisation.id)
}

function statusOf(errors: readonly FormError[]): number {
  if (errors.some(({ code }) => code === 'too-many-waiting')) return 409
  return errors.some(({ code }) => code === 'too-many-attempts') ? 429 : 400
}

// The token needs no escaping: it has only letters, digits, dots and dashes.
function tokenField(token: string) {
  return new nunjucks.runtime.SafeString(`<input type="hidden" name="_csrf" value="${token}">`)
}

// These are the values that the header, the notice and the footer show.
function layoutOf(request: FastifyRequest) {
  const { session, portal } = request
  const signedIn = session?.actor ?? null
  const enrolling = session !== null && lacksFactor(portal, session)
  const actor = enrolling ? null : signedIn
  return {
    programVersion: VERSION,
    contact: contactOf(portal.config.contact),
    signedIn,
    enrolling,
    signedInAs:
      actor === null ? '' : rolesAt(actor, request.organisations.length > 0 ? request.organisation.id : null),
    organisation: request.organisations.length > 0 ? request.organisation : null,
    organisations: request.organisations,
    notice: request.session?.notice ?? null,
    mayRead: actor !== null && may(actor, 'read-accounts'),
    mayReadUploads: actor !== null && may(actor, 'read-uploads'),
    organisationPages: actor === null ? [] : pagesFor(actor),
    mayReadOutbox: actor !== null && may(actor, 'read-outbox'),
  }
}

/** The roles that somebody has in this organisation. */
function rolesAt({ grants }: Actor, organisationId: number | null): string {
  const here = grants.filter((grant) => [null, organisationId].includes(grant.organisationId))
  return [...new Set(here.map(({ role }) => ROLE_NAMES[role]))].join(', ')
}
