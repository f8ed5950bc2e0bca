import { z } from 'zod'
import { addPlace, type PlaceKind, removePlace, renamePlace } from '../../../directory/manage-places.ts'
import { findOrganisation } from '../../../directory/organisation.ts'
import { type Call, endpoint } from '../endpoint.ts'
import { text } from '../parameters.ts'
import { organisationParameters } from './organisations.ts'

const Places = z.object({
  sites: z.array(z.object({ code: z.string(), name: z.string() })),
  units: z.array(z.object({ name: z.string(), parent: z.string().nullable() })),
})

type Asked = Pick<Call<{ id: string }, unknown, unknown>, 'portal' | 'actor' | 'params'>

export const addASite = endpoint({
  operationId: 'addSite',
  summary: 'Adds a site; answers all sites and units',
  params: organisationParameters,
  body: z.strictObject({ code: text(200), name: text(200) }),
  status: 201,
  returns: Places,
  handle: (call) =>
    changed(call, (id) => addPlace(call.portal, call.actor, id, { kind: 'site', ...call.body })),
})

export const addAUnit = endpoint({
  operationId: 'addUnit',
  summary: 'Adds a unit, at the top or under another one; answers all sites and units',
  params: organisationParameters,
  body: z.strictObject({ name: text(200), parent: text(200).nullable().default(null) }),
  status: 201,
  returns: Places,
  handle: (call) =>
    changed(call, (id) => addPlace(call.portal, call.actor, id, { kind: 'unit', ...call.body })),
})

export const renameASite = renaming('site', 'renameSite')
export const renameAUnit = renaming('unit', 'renameUnit')
export const removeASite = removing('site', 'removeSite')
export const removeAUnit = removing('unit', 'removeUnit')

function renaming(kind: PlaceKind, operationId: string) {
  return endpoint({
    operationId,
    summary: `Renames a ${kind} that no account names; answers all sites and units`,
    params: organisationParameters,
    body: z.strictObject({ name: text(200), newName: text(200) }),
    returns: Places,
    handle: (call) => changed(call, (id) => renamePlace(call.portal, call.actor, id, { kind, ...call.body })),
  })
}

function removing(kind: PlaceKind, operationId: string) {
  return endpoint({
    operationId,
    summary: `Removes a ${kind} that is empty; answers all sites and units`,
    params: organisationParameters,
    query: z.strictObject({ name: text(200, 'must be given') }),
    returns: Places,
    handle: (call) =>
      changed(call, (id) => removePlace(call.portal, call.actor, id, { kind, name: call.query.name })),
  })
}

async function changed({ portal, actor, params }: Asked, change: (organisationId: number) => Promise<void>) {
  const { id } = await findOrganisation(portal, actor, { code: params.id })
  await change(id)
  const { sites, units } = await findOrganisation(portal, actor, { id })
  return { sites, units }
}
