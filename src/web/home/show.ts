import type { FastifyReply } from 'fastify'
import { type Actor, may } from '../../access/actor.ts'
import { findAwaitingMyAgreement } from '../../changes/find-agreement.ts'
import { findAttention } from '../../changes/find-attention.ts'
import { listChangeSets } from '../../changes/find-change-sets.ts'
import { titleOf } from '../../changes/name.ts'
import { SEEN_BY_MAKERS } from '../../changes/sight.ts'
import type { DueStatus } from '../../directory/due.ts'
import { findDue } from '../../directory/find-due.ts'
import { COUNTED_FIELDS, findFigures } from '../../directory/find-figures.ts'
import { findUsualSettings } from '../../directory/settings.ts'
import type { Portal } from '../../portal.ts'
import { count } from '../../words.ts'
import { fieldWord } from '../accounts/field-words.ts'
import { pageOf, resultLines, STATUS_TAGS } from '../changes/change-set-words.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'
import { attentionLine, underWayWords } from './attention-words.ts'

/** Lines of each kind that need attention; the lists have the rest. */
const LIMIT = 5

/** As many changes as are shown at once. */
const RECENT = 5

/** How long failed rows are called to attention. */
const FAILURES_DAYS = 14

const MAY_SEE_CHANGES = ['read-uploads', SEEN_BY_MAKERS] as const

export async function showHome(
  { portal, actor, organisation, organisations }: PageRequest,
  reply: FastifyReply,
) {
  const hasOrganisation = organisations.length > 0
  const seesChanges = hasOrganisation && MAY_SEE_CHANGES.some((action) => may(actor, action, organisation.id))
  return reply.page('home/show.njk', {
    mayUpload: hasOrganisation && may(actor, 'upload', organisation.id),
    seesChanges,
    ...(seesChanges ? await changesOf(portal, actor, organisation.id) : {}),
    ...(hasOrganisation && may(actor, 'read-accounts')
      ? {
          ...(await picturesOf(portal, actor, organisation.id)),
          due: await dueOf(portal, actor, organisation.id),
          announcedDays: (await findUsualSettings(portal, actor, organisation.id)).days.announced,
        }
      : {}),
  })
}

async function changesOf(portal: Portal, actor: Actor, organisationId: number) {
  const since = new Date(portal.clock.now().getTime() - FAILURES_DAYS * 24 * 3600_000)
  const found = await findAttention(portal, actor, { organisationId, since, limit: LIMIT })
  const reasons = Object.values(found)
  const ids = reasons.flatMap(({ sets }) => sets.map(({ id }) => id))
  const { changeSets } = await listChangeSets(portal, actor, { organisationId, ids, limit: ids.length })
  const setsOf = ({ sets }: (typeof reasons)[number]) =>
    sets.flatMap(({ id, ahead }) => changeSets.filter((set) => set.id === id).map((set) => ({ set, ahead })))
  const mine = await findAwaitingMyAgreement(portal, actor, { organisationId, limit: ids.length })
  const recent = await listChangeSets(portal, actor, { organisationId, limit: RECENT })
  const waiting = [found['to-agree'], found['to-confirm'], found.failed]
  return {
    attention: waiting.flatMap((reason) =>
      setsOf(reason).map(({ set }) => attentionLine(set, mine.includes(set.id), organisationId)),
    ),
    more: waiting.reduce((sum, { sets, total }) => sum + total - sets.length, 0),
    underWay: setsOf(found['under-way']).map(({ set, ahead }) => ({
      href: pageOf(set),
      title: titleOf(set),
      words: underWayWords(set, ahead),
    })),
    changes: recent.changeSets.map((set) => ({
      href: pageOf(set),
      title: titleOf(set),
      by: set.createdBy.name,
      at: set.createdAt,
      tag: STATUS_TAGS[set.status],
      results: resultLines(set).join(' '),
    })),
  }
}

async function picturesOf(portal: Portal, actor: Actor, organisationId: number) {
  const { statuses, people, filled } = await findFigures(portal, actor, organisationId)
  const all = statuses.reduce((sum, { accounts }) => sum + accounts, 0)
  if (all === 0) return {}
  return {
    byStatus: statuses.map(({ status, accounts }) => ({
      label: status,
      href: link('/accounts', { status }),
      value: accounts,
      share: share(accounts, all),
    })),
    completeness: COUNTED_FIELDS.map((name) => ({
      label: fieldWord(name),
      value: filled[name],
      share: share(filled[name], people),
    })),
    people,
  }
}

/** What becomes of whom within the next days, as the page says it. */
async function dueOf(portal: Portal, actor: Actor, organisationId: number) {
  const due = await findDue(portal, actor, organisationId)
  return due.map(({ status, accounts }) => ({
    words: DUE_WORDS[status](accounts),
    href: link('/accounts', { status, due: 'yes' }),
  }))
}

const DUE_WORDS: Record<DueStatus, (accounts: number) => string> = {
  Pending: (accounts) => `${count(accounts, 'pending account')} will become active`,
  Leaver: (accounts) => `${count(accounts, 'leaver')} will be deleted`,
  Deleted: (accounts) => `${count(accounts, 'deleted account')} will be removed for good`,
}

/** Of a hundred, with one more digit, so that few aren't none. */
function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10
}
