import type { FastifyReply } from 'fastify'
import { startAction } from '../../actions/start.ts'
import { ACCOUNT_FIELDS, isSettable, type PersonField, SETTABLE_FIELDS } from '../../directory/fields.ts'
import { findOrganisation } from '../../directory/organisation.ts'
import type { AccountSelection } from '../../directory/selection.ts'
import { InvalidInput } from '../../errors.ts'
import { fieldWord } from '../accounts/field-words.ts'
import { type FormError, field, formErrors, rawField } from '../form.ts'
import { organisationOfForm } from '../organisation/to-choose.ts'
import type { PageRequest } from '../request.ts'
import { hiddenFields, selectionWords } from './selection.ts'

/**
 * One field is to be set for all who are selected: asks which, then to what, then plans it and shows what it would do.
 */
export async function setField(request: PageRequest, reply: FastifyReply, accounts: AccountSelection) {
  const { portal, actor, body } = request
  const step = field(body, 'step')
  if (step === '') return askForField(request, reply, accounts)
  const name = field(body, 'field')
  if (!isSettable(name)) {
    return askForField(request, reply, accounts, [{ field: 'field', message: 'Choose the field to change' }])
  }
  if (step !== 'value') return askForValue(request, reply, accounts, name)
  const { id: organisationId } = await organisationOfForm(request)
  try {
    const wanted = { organisation: { id: organisationId }, action: 'set', field: name, accounts } as const
    const id = await startAction(portal, actor, { ...wanted, value: valueIn(request, name) })
    return await reply.goTo(`/changes/${id}`)
  } catch (error) {
    return askForValue(request, reply, accounts, name, formErrors(error))
  }
}

async function askForField(
  request: PageRequest,
  reply: FastifyReply,
  selection: AccountSelection,
  errors: FormError[] = [],
) {
  return reply.page('actions/choose-field.njk', {
    ...(await aboutWhom(request, selection)),
    fields: SETTABLE_FIELDS.map((name) => ({ value: name, text: fieldWord(name) })),
    errors,
  })
}

async function askForValue(
  request: PageRequest,
  reply: FastifyReply,
  selection: AccountSelection,
  name: PersonField,
  errors: FormError[] = [],
) {
  const { portal, actor, body } = request
  const { id } = await organisationOfForm(request)
  const { sites } = await findOrganisation(portal, actor, { id })
  const value = field(body, 'value')
  return reply.page('actions/set-field.njk', {
    ...(await aboutWhom(request, selection)),
    field: { name, label: fieldWord(name), kind: kindOf(name) },
    value,
    empty: field(body, 'empty') === 'yes',
    sites: ['', ...sites.map((site) => site.name)].map((site) => ({
      value: site,
      text: site || 'Choose a site',
      selected: site === value,
    })),
    errors,
  })
}

async function aboutWhom(request: PageRequest, selection: AccountSelection) {
  const { code } = await organisationOfForm(request)
  const body = { ...request.body, organisation: code }
  return { whom: selectionWords(selection), hidden: hiddenFields(selection, body) }
}

// An empty box is more often forgotten than meant to empty the field, so it is refused.
function valueIn({ body }: PageRequest, name: PersonField): string | null {
  const isYesOrNo = kindOf(name) === 'yes'
  if (field(body, 'empty') === 'yes' && !isYesOrNo) return null
  const value = rawField(body, 'value')
  if (value.trim() !== '') return value
  const message = isYesOrNo ? 'Choose Yes or No' : 'Enter the new value, or tick “Empty the field”'
  throw new InvalidInput(message, { field: 'value' })
}

function kindOf(name: PersonField): 'yes' | 'choice' | 'lines' | 'text' {
  if (ACCOUNT_FIELDS[name].kind === 'boolean') return 'yes'
  if (name === 'site') return 'choice'
  return name === 'description' ? 'lines' : 'text'
}
