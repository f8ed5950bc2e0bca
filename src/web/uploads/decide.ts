import type { FastifyReply } from 'fastify'
import type { Decision } from '../../changes/change.ts'
import { decide } from '../../changes/decide.ts'
import { count } from '../../words.ts'
import { type Fields, field, idOf } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'

/** Keeps what was chosen for possible duplicates: for each row on the page, or with one button for all of the file. */
export async function decideRows({ portal, actor, params, body }: PageRequest, reply: FastifyReply) {
  const id = idOf(params.id)
  const back = link(`/uploads/${id}`, { show: 'possible-duplicates', after: field(body, 'after') })
  const all = asDecision(field(body, 'all'))
  if (all) {
    await decide(portal, actor, id, { all })
    return reply.goTo(
      back,
      all === 'create' ? 'All of them will be created.' : 'All of them will be left out.',
    )
  }
  const rows = chosenRows(body)
  if (rows.length > 0) await decide(portal, actor, id, { rows })
  const created = rows.filter(({ decision }) => decision === 'create').length
  return reply.goTo(
    back,
    `Your choices are kept: of ${count(rows.length, 'row')} on the page, ${created} will be created.`,
  )
}

/** The fields `row-17=create`, one for each row of the page. */
function chosenRows(body: Fields | undefined): { row: number; decision: Decision }[] {
  return Object.keys(body ?? {}).flatMap((name) => {
    const row = /^row-(\d{1,9})$/.exec(name)?.[1]
    const decision = asDecision(field(body, name))
    return row !== undefined && decision ? [{ row: Number(row), decision }] : []
  })
}

function asDecision(text: string): Decision | undefined {
  return text === 'create' || text === 'leave-out' ? text : undefined
}
