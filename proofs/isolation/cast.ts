import type { Role } from '../../src/access/permissions.ts'
import { type Letter, type Mark, type Matter, marksIn } from './marks.ts'

/** Somebody who asks: which roles they hold of which organisations, and how they say who they are. */
export type Part = {
  name: string
  roles: readonly (readonly [Role, Letter | null])[]
  /** A role that they held while they worked for that organisation, and don't any more. */
  was?: readonly [Role, Letter]
  /** What has become of their session and token; both are good when left out. */
  but?: 'ended' | 'disabled' | 'made up' | 'missing'
}

// A is what is one's own, B and C are others, D is closed.
export const CAST: readonly Part[] = [
  { name: 'a primary local administrator', roles: [['primary-local-administrator', 'a']] },
  { name: 'a local administrator', roles: [['local-administrator', 'a']] },
  { name: 'a helpdesk', roles: [['local-helpdesk', 'a']] },
  { name: 'an auditor', roles: [['auditor', 'a']] },
  { name: 'a global administrator', roles: [['global-administrator', null]] },
  {
    name: 'a helpdesk who audits another organisation',
    roles: [
      ['local-helpdesk', 'a'],
      ['auditor', 'c'],
    ],
  },
  {
    name: 'a local administrator of two of three',
    roles: [
      ['local-administrator', 'a'],
      ['local-administrator', 'c'],
    ],
  },
  {
    name: 'an auditor who administers another organisation',
    roles: [
      ['auditor', 'a'],
      ['local-administrator', 'c'],
    ],
  },
  {
    name: 'a local administrator of a closed organisation too',
    roles: [
      ['local-administrator', 'a'],
      ['local-administrator', 'd'],
    ],
  },
  { name: 'a local administrator of a closed organisation only', roles: [['local-administrator', 'd']] },
  {
    name: 'a local administrator whose other role was taken away',
    roles: [['local-administrator', 'a']],
    was: ['local-administrator', 'b'],
  },
  { name: 'an administrator without any role', roles: [], was: ['local-administrator', 'a'] },
  { name: 'nobody', roles: [], but: 'missing' },
  { name: 'an ended session, a revoked token', roles: [['local-administrator', 'a']], but: 'ended' },
  { name: 'a disabled administrator', roles: [['global-administrator', null]], but: 'disabled' },
  { name: 'a session and a token that never were', roles: [], but: 'made up' },
]

/** What a role shows of its organisations, written down here a second time. */
const SEES: Record<Role, readonly Matter[]> = {
  'global-administrator': ['directory', 'uploads', 'outbox'],
  'primary-local-administrator': ['directory', 'uploads'],
  'local-administrator': ['directory', 'uploads'],
  'local-helpdesk': ['directory'],
  auditor: ['directory', 'uploads'],
}

const UPLOADS: readonly Role[] = [
  'global-administrator',
  'primary-local-administrator',
  'local-administrator',
]

/** Whether this is any of their business. */
export function sees({ roles, but }: Part, letter: Letter, matter: Matter): boolean {
  if (but !== undefined) return false
  return roles.some(([role, of]) => (of === null || of === letter) && SEES[role].includes(matter))
}

/** Marks in a text that are none of their business. @param known those that they sent themselves */
export function foreignMarks(part: Part, text: string, ...known: ReadonlySet<string>[]): Mark[] {
  return marksIn(text).filter(
    (mark) =>
      !sees(part, mark.letter, mark.matter) && !known.some((words) => words.has(mark.text.toLowerCase())),
  )
}

export function mayUpload({ roles, but }: Part, letter: Letter): boolean {
  return but === undefined && roles.some(([role, of]) => of === letter && UPLOADS.includes(role))
}

/** Whose things they use where a request needs one of their own: A's, or those of the organisation that they have. */
export function homeOf({ roles }: Part): Letter {
  return roles[0]?.[1] ?? 'a'
}
