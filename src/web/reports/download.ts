import type { FastifyReply } from 'fastify'
import { forMachines } from '../../csv/for-machines.ts'
import type { CsvFile } from '../../csv/send-csv.ts'
import { reportOf } from '../../reports/registry.ts'
import { reportText } from '../../reports/report-file.ts'
import { reportName } from '../../reports/report-name.ts'
import { reportFile } from '../../reports/run.ts'
import { sendTable } from '../../spreadsheets/send-table.ts'
import { field, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { givenIn } from './given.ts'
import { isNumber } from './show.ts'

/** The file of a run; or of a report, by its name, as what is there now makes it. */
export async function sendReport(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params, query } = request
  const file = isNumber(params.id) ? await reportFile(portal, actor, idOf(params.id)) : fileOfNow(request)
  return sendTable(reply, field(query, 'for') === 'machines' ? forMachines(file) : file)
}

function fileOfNow({ portal, actor, organisation, params, query }: PageRequest): CsvFile {
  const report = reportOf(params.id ?? '')
  const { kind } = report
  return {
    filename: reportName(kind, organisation.code, portal.clock.now()),
    content: reportText(portal, actor, {
      ...{ kind, organisationCode: organisation.code, given: givenIn(report, query) },
    }),
  }
}
