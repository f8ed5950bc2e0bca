import { type Actor, asActor, requirePermission } from '../access/actor.ts'
import type { Transaction } from '../database/open.ts'
import type { Portal } from '../portal.ts'
import { USUAL_TIME_ZONE } from '../words.ts'
import { DEFAULT_DAYS, type StatusDays } from './due.ts'
import type { PersonField } from './fields.ts'
import { selectSettings } from './store-organisation-settings.ts'

/**
 * How much of one kind a plan may do before another person must agree to it: more than `count` accounts, where that is
 * also more than `share` per cent of the organisation's. Null: as much as anybody likes.
 */
export type Limit = { count: number; share: number } | null

export const LIMIT_NAMES = [
  'identifying',
  'mobiles',
  'moved',
  'emptied',
  'ended',
  'differentPeople',
  'repairs',
  'touched',
] as const

/** What is limited: see `src/changes/plan/judge-plan.ts`. */
export type LimitName = (typeof LIMIT_NAMES)[number]

export type Limits = Record<LimitName, Limit>

/** What an organisation sets for itself. */
export type OrganisationSettings = {
  limits: Limits
  /** Which no file may change. */
  protectedFields: PersonField[]
  /** Of which countries besides the United Kingdom mobiles may be, by their two letters. */
  mobileCountries: string[]
  /** How results are mailed; null as it is for the whole portal. */
  resultsMail: 'attach' | 'link' | null
  /** Whether every new account has a mobile; null as it is for the whole portal. */
  mobileRequired: boolean | null
  days: StatusDays
  /** In which its pages, mails and results tell times, such as Europe/London. */
  timeZone: string
}

/** What an ordinary month never meets, and a file with moved columns does: the reasons are in decision 0024. */
export const DEFAULT_SETTINGS: OrganisationSettings = {
  limits: {
    identifying: { count: 25, share: 2 },
    mobiles: { count: 75, share: 10 },
    moved: { count: 25, share: 0 },
    emptied: { count: 50, share: 5 },
    ended: { count: 50, share: 5 },
    differentPeople: { count: 5, share: 0 },
    repairs: { count: 100, share: 25 },
    touched: null,
  },
  protectedFields: [],
  mobileCountries: [],
  resultsMail: null,
  mobileRequired: null,
  days: DEFAULT_DAYS,
  timeZone: USUAL_TIME_ZONE,
}

/** An organisation's settings, each as it was set or else as it is by itself. */
export async function settingsOf(tx: Transaction, organisationId: number): Promise<OrganisationSettings> {
  const { limits, days, ...others } = (await selectSettings(
    tx,
    organisationId,
  )) as Partial<OrganisationSettings>
  return {
    ...{ ...DEFAULT_SETTINGS, ...others },
    limits: { ...DEFAULT_SETTINGS.limits, ...limits },
    days: { ...DEFAULT_DAYS, ...days },
  }
}

/** Whether every new account of the organisation has a mobile. */
export async function isMobileRequired(
  portal: Portal,
  tx: Transaction,
  organisationId: number,
): Promise<boolean> {
  return (await settingsOf(tx, organisationId)).mobileRequired ?? portal.config.mobileRequired
}

/** What of an organisation's settings whoever may read its accounts is told. @throws NotFound, Forbidden */
export function findUsualSettings(
  portal: Portal,
  actor: Actor,
  organisationId: number,
): Promise<{ mobileRequired: boolean; days: StatusDays }> {
  return asActor(portal, actor, 'read-accounts', async (tx) => {
    requirePermission(actor, 'read-accounts', organisationId)
    const { days } = await settingsOf(tx, organisationId)
    return { days, mobileRequired: await isMobileRequired(portal, tx, organisationId) }
  })
}
