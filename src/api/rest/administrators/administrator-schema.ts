import { z } from 'zod'
import type { ShownAdministrator } from '../../../access/find-administrators.ts'

export const AdministratorAnswer = z.object({
  id: z.number().int(),
  email: z.string(),
  name: z.string(),
  roles: z
    .array(
      z.object({
        role: z.string(),
        organisation: z.string().nullable().describe('The code; null for all organisations.'),
        since: z.string().nullable(),
      }),
    )
    .describe('Those over organisations that you administer.'),
  lastSignInAt: z.string().nullable(),
  disabledAt: z.string().nullable(),
  hasPassword: z
    .boolean()
    .describe('False while their invitation waits, and for whoever signs in at another system only.'),
  hasSecondFactor: z.boolean().describe('Whether they are asked for more than their password.'),
})

export function administratorAnswer({
  roles,
  lastSignInAt,
  disabledAt,
  isLinked: _linked,
  isBreakGlass: _breakGlass,
  ...rest
}: ShownAdministrator): z.output<typeof AdministratorAnswer> {
  return {
    ...rest,
    lastSignInAt: lastSignInAt?.toISOString() ?? null,
    disabledAt: disabledAt?.toISOString() ?? null,
    roles: roles.map(({ role, organisation, since }) => ({
      role,
      organisation: organisation?.code ?? null,
      since: since === null ? null : new Date(since).toISOString(),
    })),
  }
}
