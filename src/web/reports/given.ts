import { labelOf } from '../../directory/fields.ts'
import { type Given, PARAMETERS, type ParameterName, type Parameters } from '../../reports/parameters.ts'
import type { Report } from '../../reports/report.ts'
import { date } from '../../words.ts'
import { type Fields, field } from '../form.ts'

/** A report's parameters as an address or a form gives them. */
export function givenIn({ takes }: Report, fields: Fields | undefined): Given {
  return Object.fromEntries(takes.map((name) => [name, field(fields, name)]))
}

type Choice = { value: string; text: string; selected: boolean }

/** A parameter as the form shows it: choices to select from, a day, or text. */
export type ShownParameter = {
  name: ParameterName
  label: string
  hint: string | undefined
  value: string
  isDay: boolean
  choices: Choice[] | null
}

/** What the form shows: as it was given, or else as it was understood. */
export function shownParameters(
  { takes }: Report,
  given: Given,
  understood: Parameters,
  places: { sites: readonly { name: string }[]; units: readonly { name: string }[] },
): ShownParameter[] {
  return takes.map((name) => {
    const isDay = name === 'from' || name === 'to'
    const value = (given[name] || (isDay ? understood[name] : '')) ?? ''
    const { label, hint } = PARAMETERS[name]
    return { name, label, hint, value, isDay, choices: choicesOf(name, value, places) }
  })
}

function choicesOf(
  name: ParameterName,
  value: string,
  { sites, units }: { sites: readonly { name: string }[]; units: readonly { name: string }[] },
): Choice[] | null {
  const places = { site: sites, unit: units }[name as string]?.map(
    (place) => [place.name, place.name] as const,
  )
  const choices = places ?? PARAMETERS[name].choices
  if (choices === undefined) return null
  return [['', 'All'] as const, ...choices].map(([one, text]) => ({
    value: one,
    text,
    selected: one === value,
  }))
}

/** What a run was asked for, in words: `from 1 to 28 November 2026, at the site Riverside Clinic`. */
export function parameterWords({
  site,
  unit,
  status,
  missing,
  from,
  to,
  through,
  field,
  administrator,
  person,
}: Parameters): string {
  const parts = [
    periodWords(from, to),
    site === undefined ? '' : `at the site ${site}`,
    unit === undefined ? '' : `in the unit ${unit}`,
    status === undefined ? '' : `of the status ${status}`,
    missing === undefined ? '' : `without ${labelOf(missing).toLowerCase()}`,
    through === undefined ? '' : `through: ${through}`,
    field === undefined ? '' : `of the field ${labelOf(field)}`,
    administrator === undefined ? '' : 'of one administrator',
    person === undefined ? '' : `of the account ${person}`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function periodWords(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return to === undefined ? '' : `up to ${day(to)}`
  return to === undefined ? `from ${day(from)}` : `${day(from)} to ${day(to)}`
}

function day(text: string): string {
  return date(new Date(`${text}T12:00:00Z`))
}
