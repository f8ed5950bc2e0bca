import { keepSetting } from '../database/store-settings.ts'
import type { Portal } from '../portal.ts'
import { makeSecret } from '../secret.ts'

/** The key that forms are signed with: SESSION_SECRET, or one made at the first start and kept. */
export async function sessionSecret(portal: Portal): Promise<string> {
  if (portal.config.sessionSecret) return portal.config.sessionSecret
  return portal.database.transaction([], (tx) => keepSetting(tx, 'session-secret', makeSecret()))
}
