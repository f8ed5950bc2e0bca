import type { FastifyReply } from 'fastify'
import { type Actor, may } from '../../access/actor.ts'
import { BULK_ACTION_NAMES, BULK_ACTIONS } from '../../changes/bulk-actions.ts'
import { accountHistory } from '../../changes/history/history.ts'
import { type Account, hasGone } from '../../directory/account.ts'
import { PERSON_FIELDS } from '../../directory/fields.ts'
import { findAccount } from '../../directory/find-accounts.ts'
import { field, idOf } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'
import { ACCOUNT_TAGS } from './account-tags.ts'
import { fieldWord, valueWords } from './field-words.ts'
import { lastList } from './last-list.ts'
import { timeline } from './timeline.ts'

/** Changes on a page of the history; each may be several fields. */
const LIMIT = 25

/** An account: its fields, its addresses, its history. */
export async function showAccount(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params, query } = request
  const id = idOf(params.id)
  const account = await findAccount(portal, actor, id)
  const after = field(query, 'after')
  const { entries, next } = await accountHistory(portal, actor, id, {
    limit: LIMIT,
    ...(after ? { after } : {}),
  })
  return reply.page('accounts/show.njk', {
    account,
    listHref: lastList(request),
    tag: ACCOUNT_TAGS[account.status],
    fields: fieldsOf(account),
    mayChange: may(actor, 'change-accounts', account.organisation.id) && !hasGone(account.status),
    actions: actionsFor(actor, account),
    history: timeline(entries),
    page: {
      firstHref: after ? `/accounts/${id}#history` : null,
      nextHref: next === null ? null : `${link(`/accounts/${id}`, { after: next })}#history`,
    },
  })
}

/** What can be done with an account of its status, by whoever looks at it. */
function actionsFor(actor: Actor, { status, organisation }: Account) {
  const canGo = !hasGone(status) && may(actor, 'transfer', organisation.id)
  const actions = BULK_ACTION_NAMES.flatMap((name) => {
    const { status: change, permission, choice } = BULK_ACTIONS[name]
    const isPossible = change !== null && (change.from as readonly string[]).includes(status)
    return isPossible && may(actor, permission, organisation.id)
      ? [{ value: name as string, text: choice }]
      : []
  })
  return canGo ? [...actions, { value: 'transfer', text: 'Transfer' }] : actions
}

function fieldsOf(account: Account) {
  return PERSON_FIELDS.map((name) => ({
    id: name,
    label: fieldWord(name),
    value: valueWords(account[name], name),
  }))
}
