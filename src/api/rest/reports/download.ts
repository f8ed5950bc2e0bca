import { z } from 'zod'
import { forMachines } from '../../../csv/for-machines.ts'
import { type Given, PARAMETERS, type ParameterName } from '../../../reports/parameters.ts'
import type { Report } from '../../../reports/report.ts'
import { reportText } from '../../../reports/report-file.ts'
import { reportName } from '../../../reports/report-name.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { oneOf, organisationCode, text } from '../parameters.ts'

const READERS = ['spreadsheets', 'machines'] as const

const forWhom = oneOf(READERS)
  .default('spreadsheets')
  .describe(
    'For machines no cell has an apostrophe before what a spreadsheet would run, and there is no byte order mark.',
  )

/** A report's file, while it is made, with the parameters that it takes. */
export function downloadOf(report: Report): Endpoint {
  const { kind, title } = report
  return endpoint({
    operationId: `download${operationName(report)}`,
    summary: title,
    query: queryOf(report),
    returns: 'csv',
    handle: async ({ portal, actor, query }) => {
      const { organisation: organisationCode, for: reader, ...given } = query
      const file = {
        filename: reportName(kind, organisationCode, portal.clock.now()),
        content: reportText(portal, actor, { kind, organisationCode, given: given as Given }),
      }
      return reader === 'machines' ? forMachines(file) : file
    },
  })
}

function queryOf({ takes }: Report) {
  const shape = Object.fromEntries(takes.map((name) => [name, parameter(name)]))
  return z.strictObject({ organisation: organisationCode, for: forWhom, ...shape })
}

function parameter(name: ParameterName) {
  const { label, hint, choices } = PARAMETERS[name]
  if (choices !== undefined)
    return oneOf(choices.map(([value]) => value) as [string, ...string[]]).exactOptional()
  return text(300)
    .exactOptional()
    .describe(hint === undefined ? `${label}.` : `${label}: ${hint.toLowerCase()}.`)
}

// Scripts know the first three by these names.
const NAMES: Record<string, string> = {
  mailbox: 'MailboxReport',
  'upload-file': 'UploadFile',
  due: 'DueReport',
}

function operationName({ kind }: Report): string {
  const words = kind.split('-').map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
  return NAMES[kind] ?? `${words.join('')}Report`
}
