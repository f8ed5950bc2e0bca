import { type Actor, asActor, requirePermission } from '../access/actor.ts'
import type { AccountFilter } from '../directory/account-filter.ts'
import { requireFilter } from '../directory/find-accounts.ts'
import { findOrganisation } from '../directory/organisation.ts'
import { InvalidInput, refuseTogetherInTurn } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { dayAt } from '../words.ts'
import {
  type Given,
  PARAMETER_NAMES,
  PARAMETERS,
  type ParameterName,
  type Parameters,
  readChoice,
} from './parameters.ts'
import { daysBefore } from './period.ts'
import { reportOf } from './registry.ts'
import type { Asked, Report, ReportKind } from './report.ts'
import { selectAdministratorsCalled, selectPerson } from './store-parameters.ts'

/** Which report, of which organisation, with which parameters as somebody gave them. */
export type Wanted = {
  kind: ReportKind
  organisationCode: string
  given?: Given
  /** Only those whom a list showed. */
  filter?: AccountFilter | undefined
}

/**
 * Reads what somebody wants to know.
 * @throws NotFound when there is no such report, or the organisation isn't in scope; Forbidden for who may not read it;
 * InvalidInput for a parameter that the report hasn't, or whose value can't be
 */
export async function ask(
  portal: Portal,
  actor: Actor,
  { kind, organisationCode, given = {}, filter }: Wanted,
): Promise<Asked> {
  const report = reportOf(kind)
  const organisation = await findOrganisation(portal, actor, { code: organisationCode })
  requirePermission(actor, report.needs, organisation.id)
  requireFilter(actor, filter ?? {}, organisation.id)
  const { id, code, name } = organisation
  const parameters = await readParameters(portal, actor, { report, organisation, given })
  return { report, parameters, organisation: { id, code, name }, filter: filter ?? null }
}

/**
 * What was asked for before, with the rights of now.
 * @throws NotFound, Forbidden when they have gone
 */
export async function askAgain(
  portal: Portal,
  actor: Actor,
  { kind, organisationId, parameters, filter }: Stored,
): Promise<Asked> {
  const report = reportOf(kind)
  requirePermission(actor, report.needs, organisationId)
  requireFilter(actor, filter ?? {}, organisationId)
  const { id, code, name } = await findOrganisation(portal, actor, { id: organisationId })
  return { report, parameters, filter, organisation: { id, code, name } }
}

type Stored = Pick<Asked, 'parameters' | 'filter'> & { kind: ReportKind; organisationId: number }

type Reading = {
  report: Report
  organisation: Awaited<ReturnType<typeof findOrganisation>>
  given: Given
}

async function readParameters(
  portal: Portal,
  actor: Actor,
  { report, organisation, given }: Reading,
): Promise<Parameters> {
  const parameters: Record<string, unknown> = periodOf(portal, report)
  await refuseTogetherInTurn(
    ...PARAMETER_NAMES.map((name) => async () => {
      const text = given[name]?.trim() ?? ''
      if (text === '') return
      if (!report.takes.includes(name))
        throw new InvalidInput(
          `The report “${report.title}” has no ${PARAMETERS[name].label.toLowerCase()}.`,
          { field: name },
        )
      parameters[name] = await readOne(name, text)
    }),
  )
  const { from, to } = parameters as Parameters
  if (from !== undefined && to !== undefined && from > to)
    throw new InvalidInput('The first day comes after the last one.', { field: 'from' })
  return parameters as Parameters

  function readOne(name: ParameterName, text: string): unknown {
    if (name === 'site') return requirePlace(name, text, organisation.sites)
    if (name === 'unit') return requirePlace(name, text, organisation.units)
    if (name === 'administrator') return readAdministrator(text)
    if (name === 'person') return readPerson(text)
    return readChoice(name, text)
  }

  function requirePlace(name: ParameterName, text: string, places: readonly { name: string }[]): string {
    const place = places.find((one) => one.name.toLowerCase() === text.toLowerCase())
    if (place) return place.name
    throw new InvalidInput(`There is no ${PARAMETERS[name].label.toLowerCase()} “${text}”.`, { field: name })
  }

  async function readAdministrator(text: string): Promise<number[]> {
    const ids = await asActor(portal, actor, report.needs, (tx) =>
      selectAdministratorsCalled(tx, organisation.id, text),
    )
    if (ids.length > 0) return ids
    throw new InvalidInput(`“${text}” has changed nothing here. Give a whole name or email address.`, {
      field: 'administrator',
    })
  }

  async function readPerson(text: string): Promise<number> {
    const id = await asActor(portal, actor, report.needs, (tx) => selectPerson(tx, organisation.id, text))
    if (id !== undefined) return id
    throw new InvalidInput(`Nobody was found for “${text}”. Give a local ID, an email address or an ID.`, {
      field: 'person',
    })
  }
}

function periodOf(portal: Portal, { usualDays }: Report): Pick<Parameters, 'from' | 'to'> {
  if (usualDays === undefined) return {}
  const to = dayAt(portal.clock.now())
  return { from: daysBefore(to, usualDays - 1), to }
}
