import type { Portal } from '../../src/portal.ts'

/** The portal, which notes the plan of each statement that reads or writes rows. */
export function explaining(portal: Portal, plans: string[]): Portal {
  const transaction: Portal['database']['transaction'] = (scope, work) =>
    portal.database.transaction(scope, (tx) =>
      work({
        ...tx,
        rows: async (statement) => {
          const { rows } = await tx.query(`explain ${statement.text}`, statement.values)
          plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
          return tx.rows(statement)
        },
        run: async (statement) => {
          const { rows } = await tx.query(`explain ${statement.text}`, statement.values)
          plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
          return tx.run(statement)
        },
      }),
    )
  return { ...portal, database: { ...portal.database, transaction } }
}
