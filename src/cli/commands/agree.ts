import type { Command } from 'commander'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { newLocalIdsIn } from '../new-local-ids.ts'
import { plain } from '../plan-text.ts'
import { type PortalOptions, portalClient, speaksToPortal } from '../portal-client.ts'

type ChangeSetJson = { id: number; status: string }

export function agreeCommand(): Command {
  const agree = command('agree', {
    summary: 'agrees to a change that waits for another person’s agreement',
    example: 'muster agree 42',
    exitCodes: { 0: 'It is agreed to.', 1: 'It can’t be; standard error says why.' },
  })
    .argument('<id>', 'the number of the upload or other change')
    .option('--site <name>', 'where people are transferred to yours: their site there')
    .option('--unit <name>', 'and their organisational unit there')
    .option('--new-local-id <old=new...>', 'and what somebody’s local ID becomes, such as 1001=Z-7')
    .action((id: string, options: Options) => answer(id, options, { agree: true, ...choices(options) }))
  return speaksToPortal(agree)
}

type Options = PortalOptions & { site?: string; unit?: string; newLocalId?: string[] }

function choices({ site, unit, newLocalId = [] }: Options): object {
  return {
    ...(site === undefined ? {} : { site }),
    ...(unit === undefined ? {} : { organisationalUnit: unit }),
    ...(newLocalId.length > 0 ? { newLocalIds: newLocalIdsIn(newLocalId) } : {}),
  }
}

/** Sends somebody's answer to a plan that waits for agreement, and says what becomes of it. */
export async function answer(
  id: string,
  options: PortalOptions & { json?: boolean },
  body: { agree: boolean; reason?: string; [choice: string]: unknown },
): Promise<void> {
  if (!/^\d{1,15}$/.test(id))
    throw new Failure(`“${plain(id)}” is no number of a change. Take it from its page.`)
  const set = await portalClient(options).postJson<ChangeSetJson>(`/change-sets/${id}/agreement`, body)
  if (options.json) console.log(JSON.stringify(set))
  else if (!body.agree) console.log('Declined. Nothing was changed')
  else if (set.status === 'awaiting-agreement')
    console.log('Agreed. It waits for the agreement of others too')
  else console.log('Agreed. It is applied now')
}
