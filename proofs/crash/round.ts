import { random } from '../../src/demo/random.ts'
import { type ApiClient, apiClient } from '../support/api-client.ts'
import { lastNameOf } from '../support/last-name.ts'
import type { Boundary } from './boundaries.ts'
import type { Cluster } from './cluster.ts'
import { type Acts, openActs } from './open-acts.ts'
import { type Answered, type Known, play } from './play.ts'
import { localIdOf, makeStory, type Story } from './story.ts'

/** A round: a story in an organisation of its own, and where on its way somebody is struck. */
export type Round = {
  seed: number
  code: string
  organisationId: number
  story: Story
  /** What is done with people of two other organisations. */
  acts: Acts | null
  /** Undefined where it is struck at random times. */
  boundary: Boundary | undefined
  /** All that its clients know. */
  answered: Answered[]
  known: Known
  /** Plays its clients to the end. */
  play(): Promise<void>
}

/** How long a client waits for an answer before it asks another web process. */
const CLIENT_PATIENCE_MS = 8_000

/** Makes the organisation and its first people, straight in the tables. */
export async function openRound(
  cluster: Cluster,
  seed: number,
  boundary: Boundary | undefined,
): Promise<Round> {
  const code = `C${seed}`
  const chance = random(seed)
  const story = makeStory(chance, code, boundary)
  const { url, postgres, administrator } = cluster
  const [made] = await postgres.query<{ id: number }>(
    'insert into organisation (code, name) values ($1, $1) returning id',
    [code],
    url,
  )
  const organisationId = made?.id as number
  const localIds = Array.from({ length: story.people }, (_, n) => localIdOf(n + 1))
  await postgres.query(
    `with made as (
       insert into account (id, organisation_id, local_id, local_id_key, first_name, last_name, created_at, updated_at, updated_by)
       select nextval('account_id'), $1, local_id, local_id, 'Sam', last_name, now(), now(), $2
       from unnest($3::text[], $4::text[]) as p (local_id, last_name)
       returning id, organisation_id)
     insert into address (address_key, address, account_id, organisation_id, is_primary, base, number)
     select 'person' || id || '@staff.example', 'person' || id || '@staff.example', id, organisation_id, true, 'person', id
     from made`,
    [organisationId, administrator.id, localIds, localIds.map((localId) => lastNameOf(`${code} ${localId}`))],
    url,
  )
  await postgres.query('delete from proof.write where organisation_id = $1', [organisationId], url) // our own
  const answered: Answered[] = []
  const known: Known = { edit: null, undo: null, acts: [] }
  const acts = story.acts && (await openActs(cluster, chance, code, story.acts === 'steps'))
  let asked = seed
  const [client, second] = [administrator, cluster.second].map(({ token }) =>
    apiClient(token, () => cluster.webs[asked++ % cluster.webs.length]?.url as string, {
      patienceMs: CLIENT_PATIENCE_MS,
    }),
  ) as [ApiClient, ApiClient]
  const acting = acts && { acts, url }
  return {
    seed,
    code,
    organisationId,
    story,
    acts,
    boundary,
    answered,
    known,
    play: () => play({ client, second }, { code, story, acts: acting }, { answered, known }),
  }
}
