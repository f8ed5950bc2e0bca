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

/** Which field is to be set for all of them, and to what. */
export async function askForValue(
  request: PageRequest,
  reply: FastifyReply,
  selection: AccountSelection,
  errors: FormError[] = [],
) {
  const { portal, actor, body } = request
  const { id } = await organisationOfForm(request)
  const organisation = await findOrganisation(portal, actor, { id })
  return reply.page('actions/set-field.njk', {
    whom: selectionWords(selection, body),
    hidden: hiddenFields(selection, { ...body, organisation: organisation.code }),
    chosen: field(body, 'field'),
    empty: field(body, 'empty') === 'yes',
    fields: SETTABLE_FIELDS.map((name) => ({
      name,
      label: fieldWord(name),
      kind: kindOf(name),
      value: field(body, `value-${name}`),
    })),
    sites: organisation.sites.map((site) => site.name),
    errors,
  })
}

/** Plans it, and shows what it would do. */
export async function setField(request: PageRequest, reply: FastifyReply, accounts: AccountSelection) {
  const { portal, actor, body } = request
  const { id: organisationId } = await organisationOfForm(request)
  const name = field(body, 'field')
  try {
    const value = valueIn(request, name)
    const wanted = {
      organisation: { id: organisationId },
      action: 'set',
      field: name,
      value,
      accounts,
    } as const
    return await reply.goTo(`/changes/${await startAction(portal, actor, wanted)}`)
  } catch (error) {
    return askForValue(
      request,
      reply,
      accounts,
      formErrors(error).map((one) => besideItsField(one, name)),
    )
  }
}

// What isn't filled in is forgotten more often than it is to be emptied.
function valueIn({ body }: PageRequest, name: string): string | null {
  if (!isSettable(name)) throw new InvalidInput('Choose the field to change', { field: 'field' })
  if (field(body, 'empty') === 'yes' && kindOf(name) !== 'yes') return null
  const value = rawField(body, `value-${name}`)
  if (value.trim() !== '') return value
  throw new InvalidInput(
    kindOf(name) === 'yes' ? 'Choose Yes or No' : 'Enter the new value, or tick “Empty the field”',
    { field: 'value' },
  )
}

function besideItsField(error: FormError, name: string): FormError {
  return error.field === 'value' ? { ...error, field: `value-${name}` } : error
}

function kindOf(name: PersonField): 'yes' | 'choice' | 'lines' | 'text' {
  if (ACCOUNT_FIELDS[name].kind === 'boolean') return 'yes'
  if (name === 'site') return 'choice'
  return name === 'description' ? 'lines' : 'text'
}
