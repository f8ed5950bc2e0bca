import type { ChangeAction, ChangeResult, Decision, FieldValues, ResultCounts } from '../changes/change.ts'
import type { Counts } from '../changes/change-set.ts'
import type { Mode } from '../changes/plan/wanted.ts'
import type { Problem } from '../changes/problem.ts'
import type { Status } from '../changes/status.ts'
import type { FieldValue } from '../directory/fields.ts'

/** What the reading of the file took for granted, said on the page. */
export type Assumptions = {
  /** The person's heading word and the field it is read as. */
  columns: { heading: string; field: string }[]
  ignored: string[]
  /** Of those the ones that were probably meant to be read. Uploads of earlier have no such list. */
  nearest?: NearMiss[]
  passwordIgnored: boolean
  lineEnds: string
}

/** A heading that isn't read, as the person wrote it, and the one that was probably meant. */
export type NearMiss = { heading: string; nearest: string }

/** What kind of file was sent, and of a workbook which sheet was read and which others have something in them. */
export type SentAs = { format: 'csv' | 'xlsx' | 'ods'; sheet: string | null; otherSheets: string[] }

/** Something about the file as a whole that a person should look at before going on. */
export type FileWarning = {
  code: string
  message: string
  count: number
  /** Up to three of the rows that it is about. */
  examples?: { row: number; column: string | null; old: string | null; new: string | null }[]
  /** The code of the problem that those rows have, by which they are found. */
  problem?: string
}

/** An upload as pages, the API and the commands show it. */
export type Upload = SentAs & {
  id: number
  organisation: { id: number; code: string; name: string }
  filename: string
  /** What whoever sent it wanted their colleagues to know. */
  note: string | null
  mode: Mode
  status: Status
  /** Why it was rejected or failed, and what to do. */
  reason: { code: string; message: string } | null
  /** The upload as which its file came, which was one of several organisations; its own ID too. */
  dividedFrom: number | null
  /** The uploads that the file was divided into, this one among them, of the organisations that one may see. */
  parts: UploadSummary[]
  sizeBytes: number
  encoding: string
  delimiter: string | null
  assumptions: Assumptions | null
  warnings: FileWarning[]
  /** All zero until the check has ended. */
  counts: Counts
  /** All zero until the apply has begun; moves with each chunk. */
  results: ResultCounts
  /** Rows checked or applied, of all: of the stage that the status names. */
  progress: { done: number; total: number }
  /** Rows left out otherwise of which a person has decided that they make, or change, an account. */
  decided: { create: number; update: number }
  /** Kinds of damage whose repairs a person has accepted. */
  acceptedRepairs: string[]
  createdBy: { id: number; name: string; email: string }
  createdAt: Date
  confirmedBy: { id: number; name: string; email: string } | null
  confirmedAt: Date | null
  cancelRequested: boolean
  completedAt: Date | null
  /** The file and its unapplied rows have been removed: the results file is gone too. */
  expiredAt: Date | null
}

/** An upload as lists show it: without what may be as large as its heading row. */
export type UploadSummary = Omit<Upload, 'reason' | 'assumptions' | 'warnings' | 'parts'>

/** One row of an upload as pages and the API show it. */
export type UploadRow = {
  row: number
  action: ChangeAction
  localId: string | null
  accountId: number | null
  /** The person's name as in the row or the account, for people to recognise it. */
  name: string | null
  changes: { field: string; old: FieldValue; new: FieldValue }[]
  problems: Problem[]
  /** The account it was probably meant for, or looks like. */
  similar: {
    id: number
    localId: string | null
    name: string
    address: string | null
    status: string
    values: FieldValues
  } | null
  /** The row of the same file that is about the same person, it seems. */
  similarRow: number | null
  decision: Decision | null
  /** What can be decided of it, where it is left out otherwise. */
  choices: Decision[]
  /** Null until the row was reached. */
  result: ChangeResult | null
  detail: string | null
}
