import type { FastifyReply } from 'fastify'
import { findChangeSet } from '../../changes/find-change-sets.ts'
import { KINDS } from '../../changes/kinds.ts'
import { nameOf } from '../../changes/name.ts'
import { labelOf } from '../../directory/fields.ts'
import { Conflict } from '../../errors.ts'
import { findRows } from '../../uploads/find-rows.ts'
import { type FormError, field, fieldList, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { rowView } from '../uploads/row-view.ts'
import { fieldsToChoose, pageOf } from './change-set-words.ts'
import { chosenRows, inRanges } from './chosen-rows.ts'
import { takeBackOf } from './take-back.ts'

/** Rows on a page. */
const LIMIT = 25

/**
 * What of a change is to be taken back: some of its rows, some of its fields. What was ticked comes along from page to
 * page, and the page that was sent is shown again where something is wrong with it.
 */
export async function chooseWhatGoesBack(
  request: PageRequest,
  reply: FastifyReply,
  errors: FormError[] = [],
) {
  const { portal, actor, params, body } = request
  const set = await findChangeSet(portal, actor, idOf(params.id))
  if (!takeBackOf(request, set).may)
    throw new Conflict(`There is nothing that could be taken back of this ${KINDS[set.kind].noun}.`)
  const asked = field(body, errors.length > 0 ? 'from' : 'after')
  const after = /^\d{1,9}$/.test(asked) ? Number(asked) : 0
  const { rows, next } = await findRows(portal, actor, set.id, { written: true, after, limit: LIMIT })
  const chosen = errors.length > 0 ? [] : chosenRows(body)
  const here = new Set(rows.map(({ row }) => row))
  const elsewhere = chosen.filter((row) => !here.has(row))
  return reply.page('changes/choose.njk', {
    set,
    name: nameOf(set),
    href: pageOf(set),
    fields: fieldsToChoose(set).map((name) => ({
      name,
      label: labelOf(name),
      ticked: fieldList(body, 'fields').includes(name),
    })),
    hasCreated: set.results.created > 0,
    rows: rows.map((row) => ({ ...rowView(row), ticked: chosen.includes(row.row) })),
    elsewhere: { count: elsewhere.length, rows: inRanges(elsewhere) },
    from: after,
    next,
    errors,
  })
}
