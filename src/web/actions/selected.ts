import type { FastifyReply } from 'fastify'
import { startAction } from '../../actions/start.ts'
import { BULK_ACTION_NAMES } from '../../changes/bulk-actions.ts'
import type { AccountSelection } from '../../directory/selection.ts'
import { InvalidInput } from '../../errors.ts'
import { type Fields, field } from '../form.ts'
import { organisationOfForm } from '../organisation/to-choose.ts'
import type { PageRequest } from '../request.ts'
import { newTransfer } from '../transfers/new.ts'
import { selectionIn } from './selection.ts'
import { setField } from './set-field.ts'

/**
 * “Disable”, “Mark as leaver” and so on, of those who are selected: plans it, and shows what it would do. Of a transfer it
 * is asked first where to.
 */
export async function actOnSelected(request: PageRequest, reply: FastifyReply) {
  if (field(request.body, 'do') === 'transfer') return newTransfer(request, reply)
  return act(request, reply, selectionIn(request.body))
}

/** The same of a selection that was read already. */
export async function act(request: PageRequest, reply: FastifyReply, accounts: AccountSelection) {
  const { portal, actor, body } = request
  const action = actionIn(body)
  if (action === 'set') return setField(request, reply, accounts)
  const { id: organisationId } = await organisationOfForm(request)
  const id = await startAction(portal, actor, { organisation: { id: organisationId }, action, accounts })
  return reply.goTo(`/changes/${id}`)
}

function actionIn(fields: Fields | undefined) {
  const action = BULK_ACTION_NAMES.find((each) => each === field(fields, 'do'))
  if (action) return action
  throw new InvalidInput('Choose what to do with them', { field: 'do' })
}
