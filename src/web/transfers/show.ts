import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import type { ChangeAction } from '../../changes/change.ts'
import type { ShownChangeSet } from '../../changes/find-change-sets.ts'
import { KINDS } from '../../changes/kinds.ts'
import { titleOf } from '../../changes/name.ts'
import { isEnded } from '../../changes/status.ts'
import { transferPlanSentences } from '../../results/transfer-sentences.ts'
import { type AskedPerson, findAsked } from '../../transfers/find-asked.ts'
import { findRows } from '../../uploads/find-rows.ts'
import type { UploadRow } from '../../uploads/upload.ts'
import { count } from '../../words.ts'
import { agreementView } from '../changes/agreement-view.ts'
import { progressWords, resultLines, STATUS_TAGS } from '../changes/change-set-words.ts'
import { takeBackOf } from '../changes/take-back.ts'
import { toldOf } from '../changes/told.ts'
import { type FormError, field } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'
import { resultTags } from '../uploads/outcome-words.ts'
import { rowsPage } from '../uploads/rows-page.ts'

const TABS = [
  { show: 'update', count: 'update', text: 'Will move', ended: 'Were to move' },
  { show: 'error', count: 'error', text: 'Can’t be transferred', ended: 'Could not be transferred' },
  { show: 'unchanged', count: 'unchanged', text: 'There already', ended: 'There already' },
] as const satisfies {
  show: ChangeAction
  count: keyof ShownChangeSet['counts']
  text: string
  ended: string
}[]

/** Of these a local ID can be typed: the account’s own is taken at the target, or what was typed is. */
const NEEDS_LOCAL_ID = ['new-local-id', 'local-id-taken', 'local-id-twice']

/** A transfer: who would go, who can’t and why, how far it has come, or what became of it. */
export async function showTransfer(
  request: PageRequest,
  reply: FastifyReply,
  set: ShownChangeSet,
  {
    typed = new Map(),
    errors = [],
  }: { typed?: ReadonlyMap<number, string>; errors?: readonly FormError[] } = {},
) {
  const { portal, actor, query } = request
  const path = `/changes/${set.id}`
  const ended = isEnded(set.status)
  const tabs = TABS.filter(({ count: counted }) => set.counts[counted] > 0)
  const asked = tabs.find(({ show }) => show === field(query, 'show')) ?? tabs[0]
  const mayChange = may(actor, KINDS[set.kind].make, set.organisation.id)
  const found: UploadRow[] = []
  const page =
    set.status === 'checking'
      ? null
      : await rowsPage(query, { path, parameters: { show: asked?.show } }, async (paging) => {
          const rows = await findRows(portal, actor, set.id, { action: asked?.show, ...paging })
          found.push(...rows.rows)
          return rows
        })
  const people = await findAsked(
    portal,
    actor,
    set.id,
    found.flatMap(({ accountId }) => accountId ?? []),
  )
  const editable = set.status === 'checked' && mayChange && set.counterpart !== null
  return reply.page('transfers/show.njk', {
    set,
    title: titleOf(set),
    tag: STATUS_TAGS[set.status],
    would: planWords(set).map((sentence) => `${sentence}.`),
    did: resultLines(set),
    ended,
    mayChange,
    told: toldOf(set, 'name'),
    mailIsSent: portal.mailer.sends,
    takeBack: takeBackOf(request, set),
    progressWords: progressWords(set),
    buttonText: `Transfer ${count(set.counts.update, 'person', 'people')}`,
    tabs: tabs.map((tab) => ({
      text: tabText(tab, set),
      count: set.counts[tab.count],
      href: link(path, { show: tab.show }),
      current: tab === asked,
    })),
    page: page && {
      ...page,
      rows: page.rows.map((row, at) => ({
        ...row,
        ...askedOf(people.get(row.accountId ?? 0)),
        input: editable ? inputOf(found[at], typed) : null,
      })),
    },
    show: asked?.show ?? '',
    hasInputs: editable && found.some((row) => inputOf(row, typed) !== null),
    resultTags: resultTags(set.kind),
    ...(await agreementView(request, set)),
    errors,
  })
}

function tabText(
  { show, text, ended }: (typeof TABS)[number],
  { status, counts, results }: ShownChangeSet,
): string {
  if (!isEnded(status)) return text
  return show === 'update' && results.updated === counts.update ? 'Moved' : ended
}

/** The other side can’t open the account of somebody whom it is asked to take. */
function askedOf(person: AskedPerson | undefined) {
  return person && { ...person, accountId: null }
}

function planWords({ counts, organisation, counterpart }: ShownChangeSet): string[] {
  const { name, code } = counterpart ?? organisation
  return transferPlanSentences({ counts, target: `${name} (${code})`, isWithin: counterpart === null })
}

/** The field for somebody’s local ID at the target; null where theirs stays. */
function inputOf(row: UploadRow | undefined, typed: ReadonlyMap<number, string>) {
  if (row?.accountId == null) return null
  const problem = row.problems.find(({ code }) => NEEDS_LOCAL_ID.includes(code))
  if (!problem) return null
  const proposed = row.changes.find((change) => change.field === 'localId')?.new
  const value =
    typed.get(row.accountId) ?? (proposed === undefined ? (problem.value ?? '') : String(proposed))
  return { id: `localId-${row.accountId}`, value }
}
