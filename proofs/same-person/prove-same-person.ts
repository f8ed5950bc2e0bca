import type { Client } from 'pg'
import { random } from '../../src/demo/random.ts'
import type { Portal } from '../../src/portal.ts'
import { checkPairs, type Found } from './check-pairs.ts'
import { makePairs } from './make-pairs.ts'

/** Of those who are the same person so many have to be found, and of those who are told so many have to be it. */
const AIMED_AT = { recall: 0.98, precision: 0.9 }

/**
 * Makes labelled pairs, looks one side of them up in a directory of the other, and prints what was missed.
 * @throws Error below what is aimed at
 */
export async function proveSamePerson(
  portal: Portal,
  client: Client,
  { seed, count }: { seed: number; count: number },
): Promise<Found> {
  const organisation = await client.query(
    `insert into organisation (code, name) values ('S' || $1::integer % 100000, 'Same person') returning id`,
    [seed],
  )
  const administrator = await client.query(
    `insert into administrator (email, email_key, name) values ($1, $1, 'Prover') returning id`,
    [`prover${seed}@x.example`],
  )
  const place = { id: organisation.rows[0]?.id, by: administrator.rows[0]?.id }
  const found = await checkPairs(portal, client, place, makePairs(random(seed), count))
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  console.log(
    `seed ${seed}: of ${count} pairs, ${percent(found.recall)} of the same people were found, and ${percent(found.precision)} of those told were the same.`,
  )
  for (const [what, kinds] of [
    ['missed', found.missed],
    ['told wrongly', found.wrong],
  ] as const)
    for (const [kind, times] of [...kinds].sort(([, one], [, other]) => other - one))
      console.log(`  ${what} ${times}: ${kind}`)
  if (found.recall < AIMED_AT.recall || found.precision < AIMED_AT.precision)
    throw new Error(`Below ${percent(AIMED_AT.recall)} found, or ${percent(AIMED_AT.precision)} right.`)
  return found
}
