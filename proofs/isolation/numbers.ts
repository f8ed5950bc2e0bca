import type { Client } from 'pg'
import { firstNumber, type Letter, NUMBERED } from './marks.ts'

type Kind = (typeof NUMBERED)[number]

/** Has whatever is made from now on be numbered from here. */
export async function numberFrom(client: Client, first: (kind: Kind) => number): Promise<void> {
  for (const kind of NUMBERED) {
    const sequence = kind === 'account' ? `'account_id'` : `pg_get_serial_sequence('${kind}', 'id')`
    await client.query(`select setval(${sequence}, $1, false)`, [first(kind)])
  }
}

/** The numbers of an organisation's things of a kind, in order. */
export async function numbersOf(client: Client, kind: Kind, letter: Letter): Promise<number[]> {
  const first = firstNumber(letter, kind)
  const { rows } = await client.query<{ id: string }>(
    `select id from ${kind} where id >= $1 and id < $1 + 1000 order by id`,
    [first],
  )
  return rows.map(({ id }) => Number(id))
}
