import type { FastifyReply } from 'fastify'
import { findAccount } from '../../directory/find-accounts.ts'
import { addAddress, choosePrimaryAddress, removeAddress } from '../../edits/addresses.ts'
import { ValuesRefused } from '../../edits/refused.ts'
import { Conflict } from '../../errors.ts'
import { type FormError, field, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { refuseGone } from './edit.ts'

/** An account's addresses, each with what may be done with it. */
export async function showAddresses(request: PageRequest, reply: FastifyReply) {
  return showPage(request, reply, { typed: '' })
}

const ACTS = {
  add: { work: addAddress, done: 'is added.' },
  primary: { work: choosePrimaryAddress, done: 'is the primary address now.' },
  remove: { work: removeAddress, done: 'is removed.' },
}

/** Adds an address, removes one, or makes one the primary one. */
export async function changeAddresses(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params, body } = request
  const id = idOf(params.id)
  const address = field(body, 'address')
  const act = ACTS[field(body, 'act') as keyof typeof ACTS] ?? ACTS.add
  try {
    if (address === '') throw new Conflict('Enter an address.')
    await act.work(portal, actor, id, address)
    return reply.goTo(`/accounts/${id}/addresses`, `${address} ${act.done}`)
  } catch (error) {
    if (!(error instanceof ValuesRefused || error instanceof Conflict)) throw error
    const errors = [{ field: 'address', message: error.message }]
    return showPage(request, reply, { typed: act === ACTS.add ? address : '', errors })
  }
}

async function showPage(
  { portal, actor, params }: PageRequest,
  reply: FastifyReply,
  form: { typed: string; errors?: FormError[] },
) {
  const account = await findAccount(portal, actor, idOf(params.id))
  refuseGone(account)
  return reply.page('accounts/addresses.njk', {
    ...{ id: account.id, name: account.displayName, address: account.address },
    ...{ others: account.otherAddresses, domain: portal.config.mailDomain, ...form },
  })
}
