import { z } from 'zod'
import { PARAMETERS } from '../../../reports/parameters.ts'
import { reportsFor } from '../../../reports/registry.ts'
import { endpoint } from '../endpoint.ts'

const Report = z.object({
  name: z.string(),
  title: z.string(),
  question: z.string(),
  parameters: z
    .array(z.object({ name: z.string(), label: z.string(), choices: z.array(z.string()).nullable() }))
    .describe('Besides the organisation; choices where only these values can be given.'),
  columns: z.array(z.string()),
})

export const listOfReports = endpoint({
  operationId: 'listReports',
  summary: 'The reports that you may read, with what each takes and what its file holds',
  returns: z.object({ reports: z.array(Report) }),
  handle: async ({ actor }) => ({
    reports: reportsFor(actor).map(({ kind, title, question, takes, columns }) => ({
      ...{ name: kind, title, question, columns: columns.map(({ heading }) => heading) },
      parameters: takes.map((name) => {
        const { label, choices } = PARAMETERS[name]
        return { name, label, choices: choices?.map(([value]) => value) ?? null }
      }),
    })),
  }),
})
