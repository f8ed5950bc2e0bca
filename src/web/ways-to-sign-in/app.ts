import type { FastifyReply } from 'fastify'
import encodeQR from 'qr'
import { addApp, beginApp } from '../../access/second-factor/add-app.ts'
import { arePasskeysPossible } from '../../access/second-factor/passkeys.ts'
import { lacksFactor } from '../../access/second-factor/required.ts'
import { requireFresh } from '../confirm/show.ts'
import { type FormError, field, formErrors } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { afterwards } from './afterwards.ts'

/** An authenticator app to be set up: the picture that it scans, and the same in letters. */
export async function showNewApp(request: PageRequest, reply: FastifyReply) {
  requireFresh(request)
  return showPage(request, reply, { sealed: '', next: field(request.query, 'next') })
}

/** Adds it once it has shown a right code; recovery codes are shown with the first one, and never again. */
export async function addNewApp(request: PageRequest, reply: FastifyReply) {
  const session = requireFresh(request)
  const { portal, body } = request
  const [sealed, next] = [field(body, 'secret'), field(body, 'next')]
  try {
    const codes = await addApp(portal, session, { sealed, code: field(body, 'code') })
    if (codes === null) return await reply.goTo('/ways-to-sign-in', 'Your authenticator app is added.')
    return await reply.page('ways-to-sign-in/codes.njk', { codes, next: afterwards(next), isFirst: true })
  } catch (error) {
    return showPage(request, reply, { sealed, next, errors: formErrors(error) })
  }
}

async function showPage(
  request: PageRequest,
  reply: FastifyReply,
  { sealed, ...shown }: { sealed: string; next: string; errors?: FormError[] },
) {
  const { portal, session, actor } = request
  const app = await beginApp(portal, actor, sealed)
  return reply.page('ways-to-sign-in/app.njk', {
    ...shown,
    letters: (app.letters.match(/.{4}/g) ?? []).join(' '),
    sealed: app.sealed,
    picture: pictureOf(app.address),
    arePasskeysPossible: arePasskeysPossible(portal.config),
    mustAdd: session !== null && lacksFactor(portal, session),
  })
}

/** The squares of a QR code as one path, on a field of so many. */
function pictureOf(text: string): { size: number; path: string } {
  const rows = encodeQR(text, 'raw', { border: 4 })
  const squares = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return { size: rows.length, path: squares.join('') }
}
