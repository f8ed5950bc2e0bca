import type { z } from 'zod'
import type { Actor } from '../../../access/actor.ts'
import { findAgreement } from '../../../changes/find-agreement.ts'
import { findChangeSet } from '../../../changes/find-change-sets.ts'
import type { Portal } from '../../../portal.ts'
import { agreementAnswer } from './agreement-schema.ts'
import { type ChangeSetAnswer, changeSetAnswer } from './change-set-schema.ts'

/** One change set as it stands, with whose agreement it needs. */
export async function oneChangeSet(
  portal: Portal,
  actor: Actor,
  id: number,
): Promise<z.output<typeof ChangeSetAnswer>> {
  return {
    ...changeSetAnswer(await findChangeSet(portal, actor, id)),
    agreement: agreementAnswer(await findAgreement(portal, actor, id)),
  }
}
