import type { Portal } from '../../src/portal.ts'

/** The portal, which notes each statement as it is written, without its values, and where a transaction begins. */
export function noting(portal: Portal, statements: string[]): Portal {
  const noted = <Statement, Result>(
    of: (statement: Statement) => string,
    work: (it: Statement) => Result,
  ) => {
    return (statement: Statement) => {
      statements.push(of(statement).replace(/\s+/g, ' ').trim())
      return work(statement)
    }
  }
  const transaction: Portal['database']['transaction'] = (scope, work) =>
    portal.database.transaction(scope, (tx) => {
      statements.push('begin')
      return work({
        ...tx,
        row: noted(({ text }) => text, tx.row) as typeof tx.row,
        rows: noted(({ text }) => text, tx.rows) as typeof tx.rows,
        run: noted(({ text }) => text, tx.run),
        query: (text, values) =>
          noted(
            () => text,
            () => tx.query(text, values),
          )(text),
      })
    })
  return { ...portal, database: { ...portal.database, transaction } }
}
