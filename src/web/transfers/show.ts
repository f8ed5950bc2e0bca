import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import type { ChangeAction } from '../../changes/change.ts'
import type { ShownChangeSet } from '../../changes/find-change-sets.ts'
import { KINDS } from '../../changes/kinds.ts'
import { titleOf } from '../../changes/name.ts'
import { isEnded } from '../../changes/status.ts'
import { findOrganisation } from '../../directory/organisation.ts'
import { transferPlanSentences } from '../../results/transfer-sentences.ts'
import { type Asked, type AskedPerson, findAsked } from '../../transfers/find-asked.ts'
import { findRows } from '../../uploads/find-rows.ts'
import type { UploadRow } from '../../uploads/upload.ts'
import { count } from '../../words.ts'
import { agreementView } from '../changes/agreement-view.ts'
import { progressWords, resultLines, STATUS_TAGS } from '../changes/change-set-words.ts'
import { takeBackOf } from '../changes/take-back.ts'
import { toldOf } from '../changes/told.ts'
import { type FormError, field, fieldList } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'
import { resultTags } from '../uploads/outcome-words.ts'
import { rowsPage } from '../uploads/rows-page.ts'
import { placeOptions } from './place-options.ts'
import { typedIn } from './typed-local-ids.ts'

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
  const { portal, actor, query, body } = request
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
  const theirs = await findAsked(
    portal,
    actor,
    set.id,
    found.flatMap(({ accountId }) => accountId ?? []),
  )
  const isEditable = set.status === 'checked' && mayChange && set.counterpart !== null
  const rows = page?.rows.map((row, at) => ({
    ...row,
    ...askedOf(theirs?.people.get(row.accountId ?? 0)),
    leftOut: fieldList(body, 'rows').includes(String(row.row)),
    input: isEditable
      ? inputOf(found[at], typed)
      : askedInput(row, theirs?.people.get(row.accountId ?? 0), typedIn(body)),
  }))
  const view = await agreementView(request, set)
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
      rows,
    },
    show: asked?.show ?? '',
    form: isEditable ? 'confirm' : 'answer',
    hasInputs: rows?.some(({ input }) => input !== null) ?? false,
    places: view.agreement.mayAnswer && theirs ? await placesToChoose(request, set, theirs) : null,
    resultTags: resultTags(set.kind),
    ...view,
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

/** The field in which the other side gives somebody another local ID, where theirs is taken. */
function askedInput(
  { accountId }: { accountId: number | null },
  person: AskedPerson | undefined,
  typed: ReadonlyMap<number, string>,
) {
  if (accountId === null || person === undefined || person.localId === null) return null
  return { id: `localId-${accountId}`, value: typed.get(accountId) ?? person.localId }
}

/** The sites and units to choose from, with those of the plan, or those that were sent, chosen. */
async function placesToChoose({ portal, actor, body }: PageRequest, set: ShownChangeSet, { planned }: Asked) {
  const { sites, units } = await findOrganisation(portal, actor, { id: set.counterpart?.id as number })
  const chosen = (name: keyof typeof planned) =>
    (body?.[name] === undefined ? planned[name] : field(body, name)) ?? ''
  return {
    sites: placeOptions(sites, chosen('site'), 'None'),
    units: placeOptions(units, chosen('organisationalUnit'), 'None'),
  }
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
