import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { addPlace, type PlaceKind, removePlace, renamePlace } from '../../directory/manage-places.ts'
import { findOrganisation, type Unit } from '../../directory/organisation.ts'
import { Conflict, InvalidInput } from '../../errors.ts'
import { type FormError, field, formErrors } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { organisationOfForm } from './to-choose.ts'

const PATH = '/organisation/places'

/** The sites of the organisation in the header and its tree of units. */
export async function showPlaces(request: PageRequest, reply: FastifyReply) {
  return showPage(request, reply)
}

/** Adds, renames or removes one of them. */
export async function changePlaces(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, body } = request
  const kind: PlaceKind = field(body, 'kind') === 'unit' ? 'unit' : 'site'
  const [act, name] = [field(body, 'act'), field(body, 'name')]
  try {
    const { id } = await organisationOfForm(request)
    if (act === 'remove') await removePlace(portal, actor, id, { kind, name })
    else if (act === 'rename')
      await renamePlace(portal, actor, id, { kind, name, newName: field(body, 'newName') })
    else if (kind === 'site') await addPlace(portal, actor, id, { kind, name, code: field(body, 'code') })
    else await addPlace(portal, actor, id, { kind, name, parent: field(body, 'parent') || null })
    const done = act === 'remove' ? 'removed' : act === 'rename' ? 'renamed' : 'added'
    return await reply.goTo(PATH, `The ${kind} “${name}” is ${done}.`)
  } catch (error) {
    if (!(error instanceof InvalidInput || error instanceof Conflict)) throw error
    const wrong =
      error instanceof InvalidInput ? formErrors(error) : [{ field: 'name', message: error.message }]
    return showPage(request, reply, { kind, act, wrong })
  }
}

/** What was sent, and what is wrong with it. */
type Refused = { kind: PlaceKind; act: string; wrong: readonly FormError[] }

async function showPage(request: PageRequest, reply: FastifyReply, refused?: Refused) {
  const { portal, actor, organisation, body } = request
  const { sites, units } = await findOrganisation(portal, actor, { id: organisation.id })
  const isNew = refused !== undefined && refused.act !== 'rename' && refused.act !== 'remove'
  const errors = refused?.wrong.map(({ field: name, message }) => ({
    message,
    field: isNew ? `${refused.kind}-${name}` : name === 'newName' ? 'newName' : `${refused.kind}s`,
  }))
  return reply.page('organisation/places.njk', {
    sites,
    units: inTree(units),
    parents: [
      { value: '', text: 'None: it is at the top' },
      ...inTree(units).map(({ name, depth }) => ({ value: name, text: `${'– '.repeat(depth)}${name}` })),
    ].map((item) => ({ ...item, selected: item.value === field(body, 'parent') })),
    mayManage: may(actor, 'manage-organisation', organisation.id) && !organisation.closed,
    values: isNew ? { [refused.kind]: field(body, 'name'), code: field(body, 'code') } : {},
    renaming:
      refused?.act === 'rename'
        ? { kind: refused.kind, name: field(body, 'name'), newName: field(body, 'newName') }
        : null,
    ...(errors ? { errors } : {}),
  })
}

/** Each unit after the one that it stands under, with how deep it stands. */
function inTree(units: readonly Unit[]): (Unit & { depth: number })[] {
  const under = Map.groupBy(units, ({ parent }) => parent)
  const walk = (parent: string | null, depth: number): (Unit & { depth: number })[] =>
    (under.get(parent) ?? []).flatMap((unit) => [{ ...unit, depth }, ...walk(unit.name, depth + 1)])
  return walk(null, 0)
}
