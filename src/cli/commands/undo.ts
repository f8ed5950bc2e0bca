import type { Command } from 'commander'
import { type CarryOptions, type ChangeSetJson, carryThrough } from '../carry-through.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { plain } from '../plan-text.ts'
import { portalClient, speaksToPortal } from '../portal-client.ts'

type Options = CarryOptions & { rows?: string; fields?: string }

export function undoCommand(): Command {
  const undo = command('undo', {
    summary:
      'takes a change back (an upload, an edit, another undo): shows what would go back, and does it once you agree',
    example: 'muster undo 42',
    exitCodes: {
      2: 'It is taken back, but rows failed.',
      3: 'It is planned but not applied: nobody agreed, or it waits for another person’s agreement.',
    },
  })
    .argument('<id>', 'the number of the upload or other change')
    .option('--rows <numbers>', 'only these rows of it, such as 2,17')
    .option('--fields <names>', 'only these fields, such as jobTitle,department')
    .option('--yes', 'apply without asking')
    .option('--results <file>', 'where to save what became of each field')
    .action(run)
  return speaksToPortal(undo)
}

async function run(id: string, options: Options): Promise<void> {
  if (!/^\d{1,15}$/.test(id))
    throw new Failure(`“${plain(id)}” is no number of a change. Take it from its page.`)
  const portal = portalClient(options)
  const selection = {
    ...(options.rows ? { rows: options.rows.split(',').map(Number) } : {}),
    ...(options.fields ? { fields: options.fields.split(',') } : {}),
  }
  const begun = await portal.postJson<ChangeSetJson>(`/change-sets/${id}/undo`, selection)
  await carryThrough(portal, begun, options, {
    question: 'Take it back?',
    failed: 'It could not be taken back.',
  })
}
