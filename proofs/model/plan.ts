import type { Values } from './state.ts'

/** A row of a plan, as a model expects it or as the portal shows it. */
export type Row = {
  row: number
  /** Null for whoever was named and isn't there. */
  id: number | null
  action: string
  version: number | null
  before: Values
  after: Values
}

/** What one act would do, before anybody has confirmed it. */
export type Plan = {
  kind: 'upload' | 'edit' | 'action' | 'transfer' | 'lifecycle'
  /** The codes of the organisations that it can reach. */
  homes: readonly string[]
  rows: readonly Row[]
}

/** The actions by which something is written. */
const WRITING = ['update', 'create', 'withdraw', 'remove']

export function writes({ action }: Pick<Row, 'action'>): boolean {
  return WRITING.includes(action)
}

/** A local ID as it is compared: without regard to case, in any script. */
export function keyOf(localId: unknown): string | null {
  if (typeof localId !== 'string') return null
  return localId.toLowerCase().toUpperCase().toLowerCase().normalize('NFC').replaceAll('ς', 'σ')
}
