import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import type { ChangeAction } from '../../changes/change.ts'
import { findChangeSet, type ShownChangeSet } from '../../changes/find-change-sets.ts'
import { isMailed, type Kind, permissionFor } from '../../changes/kinds.ts'
import { titleOf } from '../../changes/name.ts'
import { isEnded } from '../../changes/status.ts'
import { findRows } from '../../uploads/find-rows.ts'
import { type FormError, field, idOf } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'
import { showTransfer } from '../transfers/show.ts'
import { resultTags } from '../uploads/outcome-words.ts'
import { rowsPage } from '../uploads/rows-page.ts'
import { agreementView } from './agreement-view.ts'
import {
  accountsToWrite,
  confirmWords,
  pageOf,
  partWords,
  planLines,
  progressWords,
  resultLines,
  STATUS_TAGS,
} from './change-set-words.ts'
import { takeBackOf } from './take-back.ts'
import { toldOf } from './told.ts'

/** By what is done with the accounts; `back` where they go back to what they were. */
const TABS = [
  { show: 'update', count: 'update', text: 'Accounts to change', back: 'Accounts that go back' },
  { show: 'create', count: 'create', text: 'Accounts created', back: 'Accounts created' },
  { show: 'withdraw', count: 'withdraw', text: 'Accounts withdrawn', back: 'Accounts withdrawn' },
  { show: 'error', count: 'error', text: 'Can’t be done', back: 'Can’t be done' },
  { show: 'not-accepted', count: 'notAccepted', text: 'Not accepted', back: 'Not accepted' },
  { show: 'remove', count: 'remove', text: 'Accounts removed', back: 'Accounts removed' },
  { show: 'kept', count: 'kept', text: 'Kept', back: 'Kept' },
  { show: 'unchanged', count: 'unchanged', text: 'So already', back: 'As it was already' },
] as const satisfies {
  show: ChangeAction
  count: keyof ShownChangeSet['counts']
  text: string
  back: string
}[]

/** Their rows are in no order that means something. */
const NUMBERLESS: readonly Kind[] = ['action', 'lifecycle']

/** A change set that is no upload: its plan, how far it has come, or what became of it. */
export function showChange(request: PageRequest, reply: FastifyReply) {
  return showChangeAgain(request, reply, [])
}

/** The same with what is wrong with an answer to it. */
export async function showChangeAgain(
  request: PageRequest,
  reply: FastifyReply,
  errors: readonly FormError[],
) {
  const { portal, actor, params, query } = request
  const set = await findChangeSet(portal, actor, idOf(params.id))
  if (set.kind === 'upload') return reply.goTo(pageOf(set))
  if (set.kind === 'transfer') return showTransfer(request, reply, set, { errors })
  const path = pageOf(set)
  const tabs = TABS.filter(({ count }) => set.counts[count] > 0)
  const asked = tabs.find(({ show }) => show === field(query, 'show')) ?? tabs[0]
  const hasRows = set.status !== 'checking'
  const page = hasRows
    ? await rowsPage(query, { path, parameters: { show: asked?.show } }, (paging) =>
        findRows(portal, actor, set.id, { action: asked?.show, ...paging }),
      )
    : null
  return reply.page('changes/show.njk', {
    set,
    title: titleOf(set),
    tag: STATUS_TAGS[set.status],
    undoes: set.undoes && { ...set.undoes, href: pageOf(set.undoes) },
    part: partWords(set),
    would: planLines(set),
    did: resultLines(set),
    ended: isEnded(set.status),
    toWrite: accountsToWrite(set),
    confirmWords: confirmWords(set),
    mayChange: may(actor, permissionFor(set), set.organisation.id),
    told: isMailed(set.kind) ? toldOf(set, 'name') : [],
    mailIsSent: portal.mailer.sends,
    takeBack: takeBackOf(request, set),
    progressWords: progressWords(set),
    tabs: tabs.map((tab) => ({
      text: set.kind === 'undo' ? tab.back : tab.text,
      count: set.counts[tab.count],
      href: link(path, { show: tab.show }),
      current: tab === asked,
    })),
    page,
    numbered: !NUMBERLESS.includes(set.kind) && set.counts.rows > 1, // the one row of an edit is no row of anything
    resultTags: resultTags(set.kind),
    ...(await agreementView(request, set)),
    errors,
  })
}

/** What the page of a change under way asks for: when the status changes, the page is loaded anew. */
export async function showChangeProgress({ portal, actor, params }: PageRequest) {
  const set = await findChangeSet(portal, actor, idOf(params.id))
  return { status: set.status, ...set.progress, words: progressWords(set) }
}
