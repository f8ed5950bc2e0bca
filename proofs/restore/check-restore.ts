import { createToken } from '../../src/access/tokens.ts'
import { migrate } from '../../src/database/migrate.ts'
import { random } from '../../src/demo/random.ts'
import { migrateQueue } from '../../src/queue/migrate.ts'
import { makeAdministrator, makeOrganisation, portalOn } from '../support/fresh-portal.ts'
import { MAKE_DATABASE, MAKE_ROLE, restore, type Way } from './backups.ts'
import { backUpInTheMiddle } from './in-the-middle.ts'
import { makePlace, type Server, startServer } from './installed-postgres.ts'
import { expectMiddle, expectRightEnd } from './right-end.ts'
import { servePortal } from './served-portal.ts'

/**
 * One round: a backup taken while a file of so many rows is applied, another one is checked and a message is being
 * sent, brought back on another PostgreSQL server. The portal that was backed up and the one that is started on the
 * backup both come to the same, right end.
 * @param programs the folder of PostgreSQL's programs
 */
export async function checkRestore(
  programs: string,
  { rows, way }: { rows: number; way: Way },
  seed: number,
): Promise<Record<string, number>> {
  await using place = await makePlace()
  await using server = await startServer(programs, place, 'original')
  const token = await makePortal(server)
  await using original = await servePortal('original', server.urlOf('muster', 'muster'), token)
  const uploads = await backUpInTheMiddle(server, original, { rows, way, chance: random(seed) })
  await using copy = await restore(programs, place, way)
  const middle = await expectMiddle(copy, uploads)
  await using restored = await servePortal('restored', copy.urlOf('muster', 'muster'), token)
  const end = await expectRightEnd(server, original, uploads)
  const restoredEnd = await expectRightEnd(copy, restored, uploads)
  if (end !== restoredEnd) throw new Error('the two portals end with different accounts')
  return { [`backups restored, ${way}`]: 1, ...middle }
}

/** @returns a token for an administrator of three organisations */
async function makePortal(server: Server): Promise<string> {
  for (const statement of [MAKE_ROLE.replace('…', 'secret'), MAKE_DATABASE])
    await server.query(statement, [], 'postgres')
  const url = server.urlOf('muster', 'muster')
  await migrate(url, () => migrateQueue(url))
  await using portal = await portalOn(url)
  for (const code of ['RX1', 'RX2', 'RX3']) {
    await makeOrganisation(portal, code)
    await makeAdministrator(portal, ANN, code)
  }
  return createToken(portal, ANN)
}

const ANN = 'ann@trust.example'
