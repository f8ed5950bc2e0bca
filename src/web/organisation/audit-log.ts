import type { FastifyReply } from 'fastify'
import { type Actor, may, scopeFor } from '../../access/actor.ts'
import { AUDIT_ACTS, type AuditAct } from '../../access/audit.ts'
import { auditFile } from '../../access/audit-file.ts'
import { auditBy, auditWords } from '../../access/audit-words.ts'
import { type AuditEntry, type AuditFilters, findAudit } from '../../access/find-audit.ts'
import { InvalidInput } from '../../errors.ts'
import { sendTable } from '../../spreadsheets/send-table.ts'
import { type Fields, field, formErrors } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'

const LIMIT = 50
const PATH = '/organisation/audit-log'

/** Who did what, when and from where: of the organisation in the header, or of all where one may read all. */
export async function showAuditLog(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, query } = request
  const asked = askedFor(query)
  const mayReadAll = scopeFor(actor, 'read-audit') === 'everything'
  const shown = {
    asked,
    mayReadAll,
    acts: [
      { value: '', text: 'Anything' },
      ...Object.entries(AUDIT_ACTS).map(([value, text]) => ({ value, text })),
    ].map((item) => ({ ...item, selected: item.value === asked.act })),
    clearHref: Object.values(asked).some((value) => value !== '') ? PATH : null,
    csvHref: link(`${PATH}.csv`, asked),
    xlsxHref: link(`${PATH}.xlsx`, asked),
  }
  try {
    const after = field(query, 'after')
    const { entries, next } = await findAudit(portal, actor, {
      ...filtersOf(request, asked),
      limit: LIMIT,
      ...(/^\d{1,15}$/.test(after) ? { after: Number(after) } : {}),
    })
    return await reply.page('organisation/audit-log.njk', {
      ...shown,
      entries: entries.map((entry) => rowOf(entry, actor)),
      page: {
        firstHref: after === '' ? null : link(PATH, asked),
        nextHref: next === null ? null : link(PATH, { ...asked, after: next }),
      },
    })
  } catch (error) {
    return reply.page('organisation/audit-log.njk', { ...shown, entries: [], errors: formErrors(error) })
  }
}

/** The same entries as a file. */
export async function sendAuditLog(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, query } = request
  return sendTable(reply, auditFile(portal, actor, filtersOf(request, askedFor(query))))
}

type Asked = Record<'who' | 'act' | 'from' | 'to' | 'of', string>

function askedFor(query: Fields): Asked {
  const act = field(query, 'act')
  return {
    who: field(query, 'who'),
    act: act in AUDIT_ACTS ? act : '',
    from: field(query, 'from'),
    to: field(query, 'to'),
    of: field(query, 'of') === 'all' ? 'all' : '',
  }
}

function filtersOf({ actor, organisation }: PageRequest, asked: Asked): AuditFilters {
  const isOfAll = asked.of === 'all' && scopeFor(actor, 'read-audit') === 'everything'
  return {
    ...(isOfAll ? {} : { organisationId: organisation.id }),
    ...(asked.who === '' ? {} : { who: asked.who }),
    ...(asked.act === '' ? {} : { act: asked.act as AuditAct }),
    ...(asked.from === '' ? {} : { from: dayOf(asked.from, 'from') }),
    ...(asked.to === '' ? {} : { to: dayOf(asked.to, 'to') }),
  }
}

function dayOf(text: string, name: string): string {
  const day = new Date(`${text}T00:00:00Z`)
  // 2027-02-30 would be read as a day of March.
  if (/^[12]\d{3}-\d{2}-\d{2}$/.test(text) && day.getTime() && day.toISOString().startsWith(text)) return text
  throw new InvalidInput(`“${text}” is not a date. Write it like 2026-11-30.`, { field: name })
}

function rowOf(entry: AuditEntry, actor: Actor) {
  const { kind, id } = entry.about
  const isLinked = kind === 'change-set' && id !== null && may(actor, 'read-uploads')
  return {
    ...entry,
    ...auditWords(entry),
    who: auditBy(entry),
    href: isLinked ? `/changes/${id}` : null,
  }
}
