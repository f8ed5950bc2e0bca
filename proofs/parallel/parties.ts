import { addAdministrator } from '../../src/access/administrators.ts'
import { createToken } from '../../src/access/tokens.ts'
import { type ApiClient, apiClient } from '../support/api-client.ts'
import type { Deployment } from '../support/deployment.ts'
import { makeAdministrator, makeOrganisation } from '../support/fresh-portal.ts'

/** An organisation and those who send files to it. Some of them send to another one as well. */
export type Party = { id: number; code: string; senders: ApiClient[] }

/** Organisations and administrators of one round: each of them with a token, and every fifth in two organisations. */
export async function makeParties(
  deployment: Deployment,
  load: { organisations: number; administrators: number },
  seed: number,
): Promise<Party[]> {
  let asked = 0
  const anyWeb = () => deployment.webs[asked++ % deployment.webs.length]?.url as string
  return deployment.withPortal(async (portal) => {
    const parties: Party[] = []
    for (let n = 0; n < load.organisations; n++) {
      const code = `P${seed}N${n}`
      const { id } = await makeOrganisation(portal, code)
      parties.push({ id, code, senders: [] })
    }
    for (let n = 0; n < load.administrators; n++) {
      const party = parties[n % parties.length] as Party
      const email = `sender${n}.${seed}@trust.example`
      await makeAdministrator(portal, email, party.code)
      const sender = apiClient(await createToken(portal, email), anyWeb)
      party.senders.push(sender)
      const other = parties[(n + 1) % parties.length] as Party
      if (n % 5 !== 0 || other === party) continue
      await addAdministrator(portal, { email, role: 'local-administrator', organisationCode: other.code })
      other.senders.push(sender)
    }
    return parties
  })
}
