import type { FastifyReply } from 'fastify'
import { may, requirePermission } from '../../access/actor.ts'
import { displayName } from '../../directory/address-name.ts'
import { findOrganisation, type Organisation, organisationsOf } from '../../directory/organisation.ts'
import { findPeople } from '../../transfers/find-people.ts'
import { startTransfer } from '../../transfers/start.ts'
import { hiddenFields, isAboutSomebody, selectionIn } from '../actions/selection.ts'
import { type Fields, type FormError, field, formErrors } from '../form.ts'
import { MOST } from '../organisation/to-choose.ts'
import type { PageRequest } from '../request.ts'
import { askedByFile } from './asked-by-file.ts'
import { placeOptions } from './place-options.ts'

/**
 * Who is to go, and where to: first the organisation, then its site and unit. Where it isn't said yet who, local IDs are
 * asked for. It is a form sent by POST, since many may be chosen, or a link that names few, or the rows of a file.
 */
export async function newTransfer(request: PageRequest, reply: FastifyReply) {
  return showForm(request, reply, await askedByFile(request, { ...request.query, ...request.body }))
}

/** Begins it: the plan is made in the background, and shown before anything is changed. */
export async function beginTransfer(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, organisation } = request
  const fields = { ...request.body }
  try {
    const id = await startTransfer(portal, actor, {
      from: { code: field(fields, 'organisation') || organisation.code },
      to: field(fields, 'to'),
      site: field(fields, 'toSite'),
      organisationalUnit: field(fields, 'toUnit'),
      accounts: selectionIn(fields),
    })
    return await reply.goTo(`/changes/${id}`)
  } catch (error) {
    return showForm(request, reply, fields, formErrors(error).map(underFormName))
  }
}

function underFormName(error: FormError): FormError {
  const names: Record<string, string> = { site: 'toSite', organisationalUnit: 'toUnit' }
  return { ...error, field: names[error.field] ?? error.field }
}

/** Where somebody who was chosen already is to go. */
export async function chooseTarget(request: PageRequest, reply: FastifyReply, fields: Fields) {
  return showForm(request, reply, fields)
}

async function showForm(request: PageRequest, reply: FastifyReply, fields: Fields, errors: FormError[] = []) {
  const { portal, actor } = request
  const code = field(fields, 'organisation') || request.organisation.code
  const from = await findOrganisation(portal, actor, { code })
  requirePermission(actor, 'transfer', from.id)
  if (!isAboutSomebody(fields)) return reply.page('transfers/who.njk', { from, errors })
  const accounts = selectionIn(fields)
  const people = await findPeople(portal, actor, from.id, accounts)
  const to = await targetOf(request, from, fields)
  return reply.page('transfers/new.njk', {
    from,
    people: {
      ...people,
      first: people.first.map((person) => ({ ...person, name: displayName(person, from.code) })),
    },
    carried: hiddenFields(accounts, { ...fields, organisation: from.code }),
    to,
    targets: to ? null : await targets(request, from),
    sites: to && placeOptions(to.sites, field(fields, 'toSite'), to.id === from.id ? 'As it is' : 'None'),
    units: to && placeOptions(to.units, field(fields, 'toUnit'), to.id === from.id ? 'As it is' : 'None'),
    errors,
  })
}

/**
 * Where they go, once that is chosen, or where only another unit is asked for. Of an organisation out of scope nothing is
 * looked up: it is asked, and says itself where they go in it.
 */
async function targetOf({ portal, actor }: PageRequest, from: Organisation, fields: Fields) {
  const code =
    field(fields, 'toCode') || field(fields, 'to') || (field(fields, 'toUnit') === '' ? '' : from.code)
  if (code === '' || field(fields, 'step') === 'where') return null
  const [own] = await organisationsOf(portal, actor, { code: code.toUpperCase(), limit: 1 })
  if (own && may(actor, 'transfer', own.id)) return findOrganisation(portal, actor, { id: own.id })
  return { id: null, code: code.toUpperCase(), name: '', sites: [], units: [] }
}

/** A list to choose from, unless there are too many for one: then a code is typed. */
async function targets({ portal, actor }: PageRequest, from: Organisation) {
  const all = await organisationsOf(portal, actor, { isOpen: true, limit: MOST + 1 })
  if (all.length > MOST) return []
  const others = all.filter(({ id }) => id !== from.id && may(actor, 'transfer', id))
  return [
    { value: '', text: 'Choose one' },
    ...others.map(({ name, code }) => ({ value: code, text: `${name} (${code})` })),
    { value: from.code, text: `${from.name} (${from.code}): another site or unit` },
  ]
}
