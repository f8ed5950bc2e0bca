import { composeMail } from '../mail/compose.ts'
import { count, dateTime, some } from '../words.ts'
import type { ChangeSet, Chosen, Need } from './change-set.ts'
import { KINDS } from './kinds.ts'
import { limitSentence } from './plan/judge-plan.ts'

type Message = { subject: string; text: string; html: string }

type Told = { set: Pick<ChangeSet, 'id' | 'kind'>; accounts: number; publicUrl: string }

/** The message that asks somebody to agree to a plan. */
export function askingMail({
  set,
  need,
  accounts,
  until,
  timeZone,
  publicUrl,
}: Told & { need: Need; until: Date; timeZone: string }): Message {
  const why =
    need.for === 'risk'
      ? ['It goes beyond what one person may do alone here:', { list: need.limits.map(limitSentence) }]
      : ['It is about accounts of your organisation, or would bring accounts to it.']
  return {
    subject: `Your agreement is needed: ${count(accounts, 'account')} would be changed`,
    ...composeMail([
      `A colleague has confirmed ${aSet(set)} that would change ${count(accounts, 'account')}. It waits for another person’s agreement.`,
      ...why,
      { says: 'See what would be changed, then agree or decline', link: pageOf(set, publicUrl) },
      `Nothing is changed until somebody agrees. If nobody has by ${dateTime(until, timeZone)}, it ends and nothing is changed.`,
    ]),
  }
}

export type Answer = 'agreed' | 'agreed in part' | 'declined' | 'expired'

/** The message that tells whoever asked what became of it. */
export function answerMail({
  set,
  answer,
  chosen,
  accounts,
  publicUrl,
}: Told & { answer: Answer; chosen?: Chosen | undefined }): Message {
  const { subject, says } = ANSWERS[answer](count(accounts, 'account'))
  return {
    subject,
    ...composeMail([
      says,
      ...(chosen ? [`The organisation that takes them chose ${chosenWords(chosen)}.`] : []),
      { says: 'See who answered, and why', link: pageOf(set, publicUrl) },
    ]),
  }
}

/** What was chosen by who takes people, for a sentence: of local IDs only how many, since a mail names nobody. */
export function chosenWords({ site, organisationalUnit, localIds }: Chosen): string {
  const places = [
    site === null ? 'no site' : `the site “${site}”`,
    organisationalUnit === null ? 'no unit' : `the unit “${organisationalUnit}”`,
  ]
  const ids = some(localIds, 'other local ID than was proposed', 'other local IDs than were proposed')
  return [...places, ...ids].join(', ').replace(/, (?=[^,]*$)/, ' and ')
}

const ANSWERS: Record<Answer, (accounts: string) => { subject: string; says: string }> = {
  agreed: (accounts) => ({
    subject: `Agreed: ${accounts} will be changed`,
    says: `What you asked for was agreed to: ${accounts} will be changed now. You get the results when it is done.`,
  }),
  'agreed in part': (accounts) => ({
    subject: `Agreed in part: ${accounts} will be changed`,
    says: `What you asked for was agreed to in part: ${accounts} will be changed now, and the others are left out. You get the results when it is done.`,
  }),
  declined: (accounts) => ({
    subject: `Not agreed: ${accounts} stay as they are`,
    says: 'What you asked for was declined, so nothing was changed.',
  }),
  expired: (accounts) => ({
    subject: `Not agreed in time: ${accounts} stay as they are`,
    says: 'Nobody agreed to what you asked for in time, so it has ended and nothing was changed. Make it again if it is still wanted.',
  }),
}

function aSet({ kind, id }: Told['set']): string {
  return `${KINDS[kind].noun} ${id}`
}

function pageOf({ id }: Told['set'], publicUrl: string): string {
  return `${publicUrl}/changes/${id}`
}
