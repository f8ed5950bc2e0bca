import type { Action } from '../access/permissions.ts'

type KindRules = {
  /** What a person calls a set of the kind: “This upload has ended.” */
  noun: string
  /** What to do where a set of the kind came to nothing. */
  again: string
  /** What one must be allowed to see it. */
  see: Action
  /** What one must be allowed to make, confirm, stop it, and to take it back, unless the set says otherwise. */
  make: Action
  /** Whether it may change accounts of people who have left, were deleted or withdrawn, or only their status. */
  reachesGone: boolean | 'status'
  /** Whether a field that somebody changed meanwhile is kept, and the others are written; else the whole row fails. */
  keepsConflicts: boolean
  /** The job that tells people how it ended, or takes up what is left. */
  afterEnd: 'send-results' | 'send-undo-results' | 'send-change-results' | 'take-steps' | null
}

/** What made a change set: one row a kind, and all that is particular to it. */
export const KINDS = {
  upload: {
    noun: 'upload',
    again: 'Send the file again',
    see: 'read-uploads',
    make: 'upload',
    reachesGone: false,
    keepsConflicts: false,
    afterEnd: 'send-results',
  },
  edit: {
    noun: 'change',
    again: 'Make the change again',
    see: 'read-uploads',
    make: 'change-accounts',
    reachesGone: true,
    keepsConflicts: false,
    afterEnd: null,
  },
  action: {
    noun: 'action',
    again: 'Choose the people again',
    see: 'read-uploads',
    make: 'change-accounts',
    reachesGone: 'status',
    keepsConflicts: false,
    afterEnd: 'send-change-results',
  },
  transfer: {
    noun: 'transfer',
    again: 'Choose the people again',
    see: 'read-uploads',
    make: 'transfer',
    reachesGone: false,
    keepsConflicts: false,
    afterEnd: 'send-change-results',
  },
  lifecycle: {
    noun: 'daily step',
    again: 'What is left is taken up the next day',
    see: 'read-uploads',
    make: 'change-accounts',
    reachesGone: true,
    keepsConflicts: true,
    afterEnd: 'take-steps',
  },
  undo: {
    noun: 'undo',
    again: 'Take it back again',
    see: 'read-uploads',
    make: 'change-accounts',
    reachesGone: true,
    keepsConflicts: true,
    afterEnd: 'send-undo-results',
  },
} as const satisfies Record<string, KindRules>

export type Kind = keyof typeof KINDS

/** What one must be allowed to make, confirm, stop a set, and to take it back. */
export function permissionFor({ kind, permission }: { kind: Kind; permission: Action | null }): Action {
  return permission ?? KINDS[kind].make
}

/** Whether people are sent how a set of the kind ended. */
export function isMailed(kind: Kind): boolean {
  const { afterEnd } = KINDS[kind]
  return afterEnd !== null && afterEnd !== 'take-steps'
}
