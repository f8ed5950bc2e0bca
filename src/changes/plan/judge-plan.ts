import { LIMIT_NAMES, type LimitName, type Limits } from '../../directory/settings.ts'
import { count, number } from '../../words.ts'

/** How much a plan does, in accounts: of each kind that may be limited. */
export type Measures = Record<LimitName, number> & {
  /** How many accounts the organisation has. */
  accounts: number
}

/** A limit that a plan goes beyond: how much it does, and how much it might do by itself. */
export type BeyondLimit = { limit: LimitName; is: number; most: number }

/** The limits of the organisation that a plan goes beyond, in their order. */
export function judgePlan(measures: Measures, limits: Limits): BeyondLimit[] {
  return LIMIT_NAMES.flatMap((name) => {
    const limit = limits[name]
    if (limit === null) return []
    const most = Math.max(limit.count, Math.floor((measures.accounts * limit.share) / 100))
    return measures[name] > most ? [{ limit: name, is: measures[name], most }] : []
  })
}

const WORDS: Record<LimitName, [one: string, many: string]> = {
  identifying: ['account gets another name or local ID', 'accounts get another name or local ID'],
  mobiles: [
    'account gets another mobile in place of the one that it has',
    'accounts get another mobile in place of the one that they have',
  ],
  moved: [
    'account gets in one field what stands in another',
    'accounts get in one field what stands in another, as if columns had moved',
  ],
  emptied: ['account has a field emptied', 'accounts have a field emptied'],
  ended: [
    'account is disabled, marked as leaver, deleted or withdrawn',
    'accounts are disabled, marked as leavers, deleted or withdrawn',
  ],
  differentPeople: [
    'account is changed although the row names somebody else',
    'accounts are changed although the rows name somebody else',
  ],
  repairs: ['row is written with repaired values', 'rows are written with repaired values'],
  touched: ['account is changed', 'accounts are changed'],
}

/** How far a plan goes beyond a limit, in a sentence: `312 accounts have a field emptied (the limit is 50).` */
export function limitSentence({ limit, is, most }: BeyondLimit): string {
  return `${count(is, ...WORDS[limit])} (the limit is ${number(most)}).`
}
