import type { FastifyReply } from 'fastify'
import { DECISIONS, type Decision } from '../../changes/change.ts'
import { acceptRepairs, decide } from '../../changes/decide.ts'
import { type Fields, field, formErrors, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { showPlanAgain } from './show.ts'

/**
 * Keeps what was chosen on a page of rows, on the way to another one; or what one press says of all rows like these.
 */
export async function decideRows(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params, body } = request
  const id = idOf(params.id)
  const all = asDecision(field(body, 'all'))
  const rows = chosenRows(body)
  try {
    if (all) await decide(portal, actor, id, { all })
    else if (rows.length > 0) await decide(portal, actor, id, { rows })
  } catch (error) {
    return showPlanAgain(request, reply, formErrors(error))
  }
  return reply.goTo(placeWithin(id, field(body, all ? 'here' : 'go')))
}

/** Uses the repaired values of one kind of damage, or leaves its rows as errors. */
export async function repairRows({ portal, actor, params, body }: PageRequest, reply: FastifyReply) {
  const id = idOf(params.id)
  await acceptRepairs(portal, actor, id, {
    kind: field(body, 'kind'),
    accept: field(body, 'accept') === 'yes',
  })
  return reply.goTo(`/uploads/${id}`)
}

/** The fields `row-17=create`, one for each row of the page. */
export function chosenRows(body: Fields | undefined): { row: number; decision: Decision }[] {
  return Object.keys(body ?? {}).flatMap((name) => {
    const row = /^row-(\d{1,9})$/.exec(name)?.[1]
    const decision = asDecision(field(body, name))
    return row !== undefined && decision ? [{ row: Number(row), decision }] : []
  })
}

function asDecision(text: string): Decision | undefined {
  return DECISIONS.find((decision) => decision === text)
}

/** A page of this upload's, as the form names it; its first one for anything else. */
function placeWithin(id: number, text: string): string {
  const path = `/uploads/${id}`
  return text === path || text.startsWith(`${path}?`) ? text : path
}
