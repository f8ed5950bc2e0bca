import { z } from 'zod'
import type { ShownAgreement } from '../../../changes/find-agreement.ts'
import { LIMIT_NAMES } from '../../../directory/settings.ts'

const count = z.int().min(0)

/** Whose yes a plan needs besides the one of whoever confirms it, and has. */
export const AgreementAnswer = z
  .object({
    needs: z.array(
      z.object({
        for: z
          .enum(['risk', 'other-side'])
          .describe('Since it goes beyond limits, or reaches into another organisation.'),
        organisation: z.string().describe('Whose administrators are asked: its code.'),
        limits: z.array(z.object({ limit: z.enum(LIMIT_NAMES), is: count, most: count })),
        agreedBy: z.string().nullable(),
        agreedAt: z.date().nullable(),
        chosen: z
          .object({ site: z.string().nullable(), organisationalUnit: z.string().nullable(), localIds: count })
          .nullable()
          .describe(
            'Where people go, as the organisation that takes them chose, and how many other local IDs they get.',
          ),
      }),
    ),
    plan: z
      .string()
      .nullable()
      .describe('Of the plan that is agreed to: send it along, so that it is to no other.'),
    askedAt: z.date().nullable(),
    expiresAt: z.date().nullable(),
    declinedBy: z.string().nullable(),
    reason: z.string().nullable().describe('Why it was declined, or some of its rows left out.'),
  })
  .meta({ id: 'Agreement' })

/** @returns null where nobody else is asked */
export function agreementAnswer(agreement: ShownAgreement): z.output<typeof AgreementAnswer> | null {
  const { needs, planHash, askedAt, expiresAt, declinedBy, reason } = agreement
  if (needs.length === 0) return null
  return {
    needs: needs.map(({ organisation, asked: _, ...need }) => ({ ...need, organisation: organisation.code })),
    plan: planHash,
    ...{ askedAt, expiresAt, declinedBy, reason },
  }
}
