import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import type { Actor } from '../../../access/actor.ts'
import { findAccount } from '../../../directory/find-accounts.ts'
import type { FieldProblem } from '../../../edits/refused.ts'
import type { Portal } from '../../../portal.ts'
import { apiNameOf } from '../field-names.ts'
import { accountAnswer, type EditedAnswer } from './account-schema.ts'
import { tagVersion } from './version.ts'

/** Answers an account as it is after an edit, with its version and the edit's warnings. */
export async function editedAccount(
  portal: Portal,
  actor: Actor,
  id: number,
  { warnings, reply }: { warnings: readonly FieldProblem[]; reply: FastifyReply },
): Promise<z.output<typeof EditedAnswer>> {
  const account = await findAccount(portal, actor, id)
  tagVersion(reply, account.version)
  return {
    ...accountAnswer(account),
    warnings: warnings.map((warning) => ({ ...warning, field: apiNameOf(warning.field) })),
  }
}
