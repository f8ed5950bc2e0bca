import { chosenWords } from '../../changes/agreement-mail.ts'
import { findAgreement, type ShownNeed } from '../../changes/find-agreement.ts'
import { limitSentence } from '../../changes/plan/judge-plan.ts'
import type { Status } from '../../changes/status.ts'
import { field } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'

/** Which rows are shown: the same ones again, where something is wrong with what was sent. */
const OF_PAGE = ['show', 'size', 'after', 'before', 'from']

/** Names that stand on the page; of more it says how many. */
const MOST_NAMES = 5

/** What the page of any plan says of another person's yes: which it needs, who may say it, or who did. */
export async function agreementView(
  { portal, actor, query, body }: PageRequest,
  { id, status }: { id: number; status: Status },
) {
  const agreement = await findAgreement(portal, actor, id)
  return {
    agreement: {
      ...agreement,
      needs: agreement.needs.map((need) => ({
        ...need,
        sentences: need.limits.map(limitSentence),
        who: namesOf(need),
        choice: need.chosen && chosenWords(need.chosen),
      })),
      action: link(`/changes/${id}/agreement`, {
        ...Object.fromEntries(OF_PAGE.map((name) => [name, field(query, name)])),
      }),
      isNeeded: status === 'checked' && agreement.needs.length > 0,
      waits: status === 'awaiting-agreement',
      given: { reason: field(body, 'reason'), chosen: field(body, 'chosen') },
    },
  }
}

function namesOf({ asked }: ShownNeed): string {
  const named = asked.slice(0, MOST_NAMES)
  const more = asked.length - named.length
  const all = more > 0 ? [...named, `${more} more`] : named
  return all.length > 1 ? `${all.slice(0, -1).join(', ')} or ${all.at(-1)}` : (all[0] ?? '')
}
