import { Client } from 'pg'
import type { Sql } from 'sql-template-tag'
import type { Transaction } from '../../src/database/open.ts'
import type { Portal } from '../../src/portal.ts'

/** PostgreSQL's plan of a statement, which isn't run. */
export async function planOf(tx: Transaction, statement: Sql): Promise<string> {
  const { rows } = await tx.query(`explain ${statement.text}`, statement.values)
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}

/** The transaction, which notes the plan of each statement before it runs it. */
export function explained(tx: Transaction, plans: string[]): Transaction {
  const note = async (statement: Sql) => plans.push(await planOf(tx, statement))
  return {
    ...tx,
    rows: async (statement) => {
      await note(statement)
      return tx.rows(statement)
    },
    row: async (statement) => {
      await note(statement)
      return tx.row(statement)
    },
    run: async (statement) => {
      await note(statement)
      return tx.run(statement)
    },
  }
}

/** The portal, which notes the plan of each statement that reads or writes rows. */
export function explaining(portal: Portal, plans: string[]): Portal {
  const transaction: Portal['database']['transaction'] = (scope, work) =>
    portal.database.transaction(scope, (tx) => work(explained(tx, plans)))
  return { ...portal, database: { ...portal.database, transaction } }
}

/** As PostgreSQL does by itself, sooner or later. */
export async function gatherStatistics(portal: Portal, tables: string): Promise<void> {
  const owner = new Client(portal.database.url)
  await owner.connect()
  await owner.query(`analyze ${tables}`)
  await owner.end()
}
