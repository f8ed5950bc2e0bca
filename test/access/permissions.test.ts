import { describe, expect, test } from 'vitest'
import { type Actor, type Limit, limitTo, may, requirePermission, scopeFor } from '../../src/access/actor.ts'
import {
  type Action,
  PERMISSIONS,
  ROLE_NAMES,
  type Role,
  refuseUnknownRole,
} from '../../src/access/permissions.ts'
import { Forbidden, InvalidInput, NotFound } from '../../src/errors.ts'
import { ROLES } from '../../src/roles.ts'

// Who may do what, written down a second time: a change of the permissions shows as a change here.
const MATRIX = `
                 global-administrator  primary-local-administrator  local-administrator  local-helpdesk  auditor
  read-accounts  yes                   yes                          yes                  yes             yes
  read-uploads   yes                   yes                          yes                  -               yes
  upload         yes                   yes                          yes                  -               -
  change-accounts yes                  yes                          yes                  -               -
  change-status  yes                   yes                          yes                  yes             -
  delete-accounts yes                  -                            -                    -               -
  transfer       yes                   yes                          yes                  -               -
  agree          yes                   yes                          yes                  -               -
  manage-organisation yes              yes                          -                    -               -
  read-outbox    yes                   -                            -                    -               -
  manage-organisations yes             -                            -                    -               -
  grant-roles    yes                   yes                          -                    -               -
  read-audit     yes                   yes                          -                    -               yes
`

const [OWN, OTHER] = [1, 2]
const { roles, cells } = readMatrix(MATRIX)

test('the matrix names every role and every action, and no other', () => {
  expect(roles).toEqual([...ROLES])
  expect([...new Set(cells.map(({ action }) => action))].sort()).toEqual(Object.keys(PERMISSIONS).sort())
})

test('each role has its name in words, and what is none is refused with those there are', () => {
  for (const role of ROLES) {
    expect(ROLE_NAMES[role].toLowerCase().replaceAll(' ', '-')).toBe(role)
    expect(() => refuseUnknownRole(role)).not.toThrow()
  }
  const list = ROLES.join(', ')
  expect(() => refuseUnknownRole('owner')).toThrow(
    new InvalidInput(`“owner” is not a role. The roles are: ${list}.`, { field: 'role' }),
  )
})

describe.each(cells)('$role: $action ($allowed)', ({ role, action, allowed }) => {
  const actor = actorWith(role)

  test('in the own organisation', () => {
    expect(may(actor, action, OWN)).toBe(allowed)
  })

  test('in another organisation', () => {
    expect(may(actor, action, OTHER)).toBe(allowed && role === 'global-administrator')
  })

  test('as the scope of a query', () => {
    const expected = role === 'global-administrator' ? 'everything' : [OWN]
    expect(scopeFor(actor, action)).toEqual(allowed ? expected : [])
  })
})

test('what is outside the scope is not there; what is inside but not allowed is forbidden', () => {
  expect(() => requirePermission(actorWith('local-helpdesk'), 'upload', OTHER)).toThrow(NotFound)
  expect(() => requirePermission(actorWith('local-helpdesk'), 'upload', OWN)).toThrow(Forbidden)
  expect(() => requirePermission(actorWith('local-administrator'), 'upload', OWN)).not.toThrow()
})

test('roles in several organisations are kept apart', () => {
  const actor: Actor = {
    ...actorWith('local-helpdesk'),
    grants: [
      { role: 'local-helpdesk', organisationId: OWN },
      { role: 'local-administrator', organisationId: OTHER },
    ],
  }
  expect(scopeFor(actor, 'read-accounts')).toEqual([OWN, OTHER])
  expect(scopeFor(actor, 'upload')).toEqual([OTHER])
})

test('through a token nobody may more than without it, nor more than the token is good for', () => {
  const places = [null, OWN, OTHER]
  const limits = places.flatMap((organisationId) =>
    [null, ...ROLES].map((role) => ({ organisationId, role }) satisfies Limit),
  )
  for (const own of ROLES) {
    for (const limit of limits) {
      const actor = actorWith(own)
      const limited = { ...actor, grants: limitTo(limit, actor.grants) }
      for (const action of Object.keys(PERMISSIONS) as Action[]) {
        for (const organisation of [OWN, OTHER]) {
          const isGood =
            (limit.role === null || PERMISSIONS[action].includes(limit.role)) &&
            (limit.organisationId ?? organisation) === organisation
          expect(may(limited, action, organisation)).toBe(may(actor, action, organisation) && isGood)
        }
        if (limit.organisationId !== null) expect(scopeFor(limited, action)).not.toBe('everything')
      }
    }
  }
})

function actorWith(role: Role): Actor {
  const organisationId = role === 'global-administrator' ? null : OWN
  return { administratorId: 1, email: 'a@b.example', name: 'A', grants: [{ role, organisationId }] }
}

function readMatrix(text: string) {
  const [head = [], ...lines] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  const cells = lines.flatMap(([action, ...answers]) =>
    answers.map((answer, at) => ({
      action: action as Action,
      role: head[at] as Role,
      allowed: answer === 'yes',
    })),
  )
  return { roles: head, cells }
}
