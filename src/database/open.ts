import {
  Client,
  type ClientConfig,
  Pool,
  type PoolClient,
  type QueryResult,
  type QueryResultRow,
  TypeOverrides,
  types,
} from 'pg'
import type { Sql } from 'sql-template-tag'

/** The organisations that a transaction may touch: row-level security holds every statement to them. */
export type Scope = 'everything' | readonly number[]

/** One transaction. Statements are `sql` templates, so a value is always a parameter. */
export type Transaction = {
  rows<Row extends QueryResultRow>(statement: Sql): Promise<Row[]>
  /** The first row, if there is one. */
  row<Row extends QueryResultRow>(statement: Sql): Promise<Row | undefined>
  /** The number of rows written. */
  run(statement: Sql): Promise<number>
  /** Plain text and values, for libraries that bring their own SQL (the queue). */
  query(text: string, values?: unknown[]): Promise<{ rows: QueryResultRow[] }>
  /**
   * Widens or narrows the scope for the statements that follow, to the transaction's end.
   * @param sets where every change set is seen, for those who elsewhere in the scope see no more than what they can make
   */
  setScope(scope: Scope, sets?: Scope): Promise<void>
}

export type Database = {
  transaction<T>(scope: Scope, work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Runs work on a connection of its own, for locks that it holds; closed when the work ends, however. */
  onConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /**
   * The same, on a connection that PostgreSQL ends once it has been silent for longer than the lease, so that another
   * process may take over: who was paused for longer has lost the connection, its locks and its open transaction, and
   * can't write late.
   * @param leaseSeconds more than LEASE_SECONDS where the connection waits for work elsewhere
   */
  onLease<T>(work: (connection: Connection) => Promise<T>, leaseSeconds?: number): Promise<T>
  /** A connection of one's own, kept until it is closed. */
  connect(): Promise<Connection>
  url: string
  close(): Promise<void>
}

export type Connection = {
  transaction<T>(scope: Scope, work: (tx: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** The role that the migrations make: it owns nothing and can't bypass row-level security. */
export const PORTAL_ROLE = 'muster_portal'

/** How long whoever does a job may be silent before it counts as dead. */
const LEASE_SECONDS = 10

/** What DATABASE_STATEMENT_TIMEOUT_SECONDS is when it isn't set. */
const STATEMENT_TIMEOUT_SECONDS = 300

/**
 * Opens a pool on PostgreSQL whose connections act as the portal's role, whoever the URL's user is.
 * @param url postgres://…
 * @param options.statementTimeoutSeconds how long a statement may take before its connection counts as dead
 */
export function openDatabase(
  url: string,
  options: { maxConnections?: number; statementTimeoutSeconds?: number } = {},
): Database {
  const timeout = (options.statementTimeoutSeconds ?? STATEMENT_TIMEOUT_SECONDS) * 1_000
  const pool = new Pool({ ...connectionConfig(url, PORTAL_ROLE), max: options.maxConnections ?? 20 })
  // An idle connection that breaks is dropped from the pool; the next statement finds out for itself.
  pool.on('error', () => {})
  return {
    url,
    transaction: async (scope, work) => {
      const client = await pool.connect()
      let broken: Error | undefined
      const notice = (error: Error) => {
        broken = error
      }
      client.on('error', notice)
      try {
        return await inTransaction(client, timeout, scope, work)
      } finally {
        client.off('error', notice)
        client.release(broken ?? false)
      }
    },
    onConnection: async (work) => closing(await openConnection(url, timeout), work),
    onLease: async (work, leaseSeconds = LEASE_SECONDS) =>
      closing(await openConnection(url, timeout, leaseSeconds), work),
    connect: () => openConnection(url, timeout),
    close: () => pool.end(),
  }
}

async function closing<T>(connection: Connection, work: (connection: Connection) => Promise<T>): Promise<T> {
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}

/**
 * How to connect: with the numbers read as numbers, and as `role` where one is given. The URL's own options (`-c …`) come
 * first: the driver would take them in the place of these, and with them the role that row-level security holds.
 */
export function connectionConfig(url: string, role?: string): ClientConfig {
  const { rest, given } = takeOptions(url)
  return {
    connectionString: rest,
    types: typeOverrides,
    application_name: 'muster',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_SECONDS * 1_000,
    options: [NO_JIT, given, role && `-c role=${role}`, SERVER_KEEP_ALIVE, IDLE_LIMIT]
      .filter(Boolean)
      .join(' '),
  }
}

function takeOptions(url: string): { rest: string; given: string | null } {
  const parsed = new URL(url)
  const given = parsed.searchParams.get('options')
  if (given === null) return { rest: url, given } // as it is: another reader's rules may differ
  parsed.searchParams.delete('options')
  return { rest: parsed.href, given }
}

// Both sides notice within half a minute when the other machine has vanished, and its locks are free again.
const KEEP_ALIVE_SECONDS = 10
const SERVER_KEEP_ALIVE = `-c tcp_keepalives_idle=${KEEP_ALIVE_SECONDS} -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4`

// Statements are many and short. By itself PostgreSQL compiles those that it takes for dear: six seconds for one
// that takes half a second. Who knows better says so in the URL.
const NO_JIT = '-c jit=off'

// PostgreSQL ends a transaction whose process hangs, so that its rows don't stay locked.
const IDLE_LIMIT = '-c idle_in_transaction_session_timeout=10min'

async function openConnection(url: string, timeout: number, leaseSeconds?: number): Promise<Connection> {
  const client = new Client(connectionConfig(url, PORTAL_ROLE))
  client.on('error', () => {}) // the next statement on it rejects
  const close = async () => {
    await client.end().catch(() => {})
  }
  try {
    await client.connect()
    if (leaseSeconds !== undefined) {
      await client.query(`set idle_session_timeout = '${Number(leaseSeconds)}s'`)
      await client.query(`set idle_in_transaction_session_timeout = '${Number(leaseSeconds)}s'`)
    }
  } catch (error) {
    await close()
    throw error
  }
  return {
    transaction: (scope, work) => inTransaction(client, timeout, scope, work),
    close,
  }
}

async function inTransaction<T>(
  client: Client | PoolClient,
  timeout: number,
  scope: Scope,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const ask = inTurn((text, values) => answered(client, timeout, text, values))
  const tx = transactionOn(ask)
  // This overrides the database's default, since every statement here is written to see what others have committed.
  await ask(`begin isolation level read committed; ${scoped(scope)}`)
  try {
    const result = await work(tx)
    await ask('commit')
    return result
  } catch (error) {
    await ask('rollback').catch(() => {}) // a connection that is gone has rolled back
    throw error
  }
}

type Ask = (text: string, values?: unknown[]) => Promise<QueryResult>

/** Statements may be asked for before others are answered: each waits for the one before it. */
function inTurn(ask: Ask): Ask {
  let before: Promise<unknown> = Promise.resolve()
  return (text, values) => {
    const answer = before.then(() => ask(text, values))
    before = answer.catch(() => {}) // told to who asked
    return answer
  }
}

// When the network goes away silently, TCP would wait for hours for an answer.
async function answered(
  client: Client | PoolClient,
  timeout: number,
  text: string,
  values?: unknown[],
): Promise<QueryResult> {
  const dead = setTimeout(() => client.connection.stream.destroy(), timeout)
  try {
    return await client.query(text, values)
  } finally {
    clearTimeout(dead)
  }
}

function transactionOn(ask: Ask): Transaction {
  const query = (statement: Sql) => ask(statement.text, statement.values)
  return {
    rows: async <Row extends QueryResultRow>(statement: Sql) => (await query(statement)).rows as Row[],
    row: async <Row extends QueryResultRow>(statement: Sql) =>
      (await query(statement)).rows[0] as Row | undefined,
    run: async (statement) => (await query(statement)).rowCount ?? 0,
    query: (text, values) => ask(text, values),
    setScope: async (scope, sets) => {
      await ask(scoped(scope, sets))
    },
  }
}

/** The statements that row-level security goes by, as text: they hold nothing but numbers. */
function scoped(scope: Scope, sets?: Scope): string {
  const setting = (of: Scope) => (of === 'everything' ? 'all' : `{${of.map(Number).join(',')}}`)
  return `set local muster.organisations = '${setting(scope)}';
    set local muster.change_sets = '${sets === undefined ? '' : setting(sets)}'`
}

const INT8 = types.builtins.INT8

// IDs and counts stay far below 2^53.
const typeOverrides = new TypeOverrides()
typeOverrides.setTypeParser(INT8, Number)
