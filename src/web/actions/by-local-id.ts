import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { localIdsIn, localIdsOfFile } from '../../actions/read-local-ids.ts'
import { BULK_ACTION_NAMES, BULK_ACTIONS } from '../../changes/bulk-actions.ts'
import { InvalidInput } from '../../errors.ts'
import { type FormError, field, formErrors } from '../form.ts'
import { organisationOfForm } from '../organisation/to-choose.ts'
import type { PageRequest } from '../request.ts'
import { chooseTarget } from '../transfers/new.ts'
import { act } from './selected.ts'

/** A list of local IDs, pasted or in a file, and what to do with those people. */
export async function showByLocalId(request: PageRequest, reply: FastifyReply) {
  return showForm(request, reply, [])
}

export async function actByLocalId(request: PageRequest, reply: FastifyReply) {
  const { body, sentFile } = request
  try {
    const inFile = sentFile ? await localIdsOfFile(sentFile.bytes) : []
    const localIds = [...localIdsIn(field(body, 'localIds')), ...inFile]
    if (localIds.length === 0)
      throw new InvalidInput('Paste local IDs, or select a file', { field: 'localIds' })
    if (field(body, 'do') === 'transfer')
      return await chooseTarget(request, reply, { ...body, localIds: localIds.join('\n') })
    return await act(request, reply, { localIds })
  } catch (error) {
    const errors = formErrors(error).map((one) =>
      one.field === 'accounts' ? { ...one, field: 'localIds' } : one,
    )
    return showForm(request, reply, errors)
  }
}

async function showForm(request: PageRequest, reply: FastifyReply, errors: FormError[]) {
  const { actor, body } = request
  const organisation = await organisationOfForm(request)
  return reply.page('actions/by-local-id.njk', {
    ofOrganisation: organisation,
    localIds: field(body, 'localIds'),
    chosen: field(body, 'do'),
    actions: [
      ...BULK_ACTION_NAMES.filter((name) => may(actor, BULK_ACTIONS[name].permission, organisation.id)).map(
        (name) => ({ value: name, text: BULK_ACTIONS[name].choice }),
      ),
      ...(may(actor, 'transfer', organisation.id) ? [{ value: 'transfer', text: 'Transfer' }] : []),
    ],
    errors,
  })
}
