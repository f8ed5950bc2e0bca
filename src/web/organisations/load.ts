import type { FastifyReply } from 'fastify'
import {
  checkOrganisationList,
  confirmOrganisationList,
  findOrganisationList,
} from '../../directory/organisation-list.ts'
import { InvalidInput } from '../../errors.ts'
import { requireFresh } from '../confirm/show.ts'
import { field, formErrors, idOf } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'

const LIMIT = 50

const TABS = {
  error: 'Left out',
  change: 'Will be changed',
  add: 'Will be added',
  unchanged: 'Stay as they are',
} as const

export async function showLoad(_request: PageRequest, reply: FastifyReply) {
  return reply.page('organisations/load.njk')
}

/** Checks a list of organisations, which is shown next; nothing is changed. */
export async function sendList({ portal, actor, sentFile }: PageRequest, reply: FastifyReply) {
  try {
    if (!sentFile) throw new InvalidInput('Choose a file.', { field: 'file' })
    return await reply.goTo(`/organisations/load/${await checkOrganisationList(portal, actor, sentFile)}`)
  } catch (error) {
    return reply.page('organisations/load.njk', { errors: formErrors(error) })
  }
}

/** What a list would do, and what became of it. */
export async function showList({ portal, actor, params, query }: PageRequest, reply: FastifyReply) {
  const id = idOf(params.id)
  const [asked, after] = [field(query, 'show'), field(query, 'after')]
  const action = asked in TABS ? (asked as keyof typeof TABS) : undefined
  const page = { after: /^\d{1,9}$/.test(after) ? Number(after) : 0, limit: LIMIT }
  const first = await findOrganisationList(portal, actor, id, { action: action ?? 'change', ...page })
  const shown = action ?? (Object.keys(TABS) as (keyof typeof TABS)[]).find((it) => first.counts[it] > 0)
  const list =
    shown === undefined || shown === (action ?? 'change')
      ? first
      : await findOrganisationList(portal, actor, id, { action: shown, ...page })
  const path = `/organisations/load/${id}`
  return reply.page('organisations/list-plan.njk', {
    list,
    toDo: list.counts.add + list.counts.change,
    shown,
    tabs: Object.entries(TABS)
      .filter(([name]) => list.counts[name as keyof typeof TABS] > 0)
      .map(([name, text]) => ({
        text,
        count: list.counts[name as keyof typeof TABS],
        href: link(path, { show: name }),
        isShown: name === shown,
      })),
    page: {
      firstHref: page.after === 0 ? null : link(path, { show: shown }),
      nextHref: list.next === null ? null : link(path, { show: shown, after: list.next }),
    },
  })
}

/** Has it applied in the background. */
export async function confirmList(request: PageRequest, reply: FastifyReply) {
  requireFresh(request)
  const { portal, actor, params } = request
  const id = idOf(params.id)
  await confirmOrganisationList(portal, actor, id)
  return reply.goTo(`/organisations/load/${id}`)
}
