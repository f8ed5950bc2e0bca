import type { FastifyReply } from 'fastify'
import { signIn } from '../../access/sign-in.ts'
import { field, formErrors, rawField } from '../form.ts'
import { browserOf } from '../known-browser.ts'
import type { PageRequest } from '../request.ts'
import { signInPage } from './show.ts'
import { welcome } from './welcome.ts'

export async function enter(request: PageRequest, reply: FastifyReply) {
  const { portal, body, ip } = request
  const [email, next] = [field(body, 'email'), field(body, 'next')]
  try {
    const password = rawField(body, 'password')
    const actor = await signIn(portal, { email, password, ip, browser: browserOf(request) })
    return await welcome(request, reply, actor.administratorId, { next })
  } catch (error) {
    return signInPage(request, reply, { email, next, emergency: true, errors: formErrors(error) })
  }
}
