import { describe, expect, test } from 'vitest'
import type { PlannedChange } from '../../../src/changes/change.ts'
import type { Base } from '../../../src/changes/plan/base-values.ts'
import type { MatchedAccount } from '../../../src/changes/plan/find-matches.ts'
import type { Match } from '../../../src/changes/plan/match-accounts.ts'
import { planChange } from '../../../src/changes/plan/plan-change.ts'
import type { Planning } from '../../../src/changes/plan/plan-problems.ts'
import type { WantedValues } from '../../../src/changes/plan/wanted.ts'
import type { Problem } from '../../../src/changes/problem.ts'
import type { FieldValue } from '../../../src/directory/fields.ts'

const JANE: MatchedAccount = {
  id: 7,
  version: 5,
  localIdKey: 'a2',
  status: 'Active',
  statusSince: null,
  fields: {
    localId: 'A2',
    firstName: 'Jane',
    lastName: 'Smith',
    jobTitle: 'Sister',
    department: 'Ward 1',
    site: 'Main Hospital',
    organisationalUnit: 'Surgery',
    telephone: null,
    hideMobile: true,
  },
}

const PLANNING: Planning = {
  ...{
    mode: 'update',
    organisationCode: 'RX1',
    servedDomain: 'staff.example',
    mobileRequired: true,
    today: '2026-11-30',
  },
  headingOf: (field) => field,
  advice: {
    ...{
      exists: '',
      gone: '',
      returned: { Leaver: '', Deleted: '' },
      twice: '',
      unknownId: '',
      unknownLocalId: '',
      similar: '',
      zerosLost: '',
    },
    unit: 'Use the transfer.',
    repair: { offer: '', done: '' },
  },
}

const WRITE = {
  ...{ at: new Date('2026-03-03T10:12:00Z'), timeZone: 'Europe/London' },
  ...{ by: 'Bob', source: 'people.csv', row: 9 },
}

/** What has been written to the account since version 3, over these values. */
function since(values: Record<string, FieldValue>): Base {
  return new Map(Object.entries(values).map(([field, value]) => [field, { value, write: WRITE }]))
}

function plan(
  values: WantedValues,
  { version = 3, base, account = JANE, mode = 'update' }: Given = {},
): PlannedChange {
  const match: Match = { byId: account, byLocalId: null, similar: null }
  if (base !== undefined) match.base = base
  const localId = typeof values.localId === 'string' ? values.localId : null
  const row = { row: 2, values, id: 7, localId, version, problems: [] }
  return planChange(row, match, () => 900, { ...PLANNING, mode })
}

type Given = { version?: number; base?: Base; account?: MatchedAccount; mode?: Planning['mode'] }

function codes({ problems }: { problems: readonly object[] }): string[] {
  return (problems as Problem[]).map(({ code, column }) => `${code} ${column}`)
}

describe('a cell of an account that others have written to since', () => {
  test.each<[string, WantedValues, Record<string, FieldValue>]>([
    ['text', { jobTitle: 'Nurse' }, { jobTitle: 'Nurse' }],
    ['text that was stored with blanks', { jobTitle: 'Nurse' }, { jobTitle: ' Nurse ' }],
    ['a yes or no', { hideMobile: false }, { hideMobile: false }],
    ['what was emptied', { telephone: '0113 496 0101' }, { telephone: '0113 496 0101' }],
    ['a local ID, in other letters', { localId: 'a1' }, { localId: 'A1' }],
    [
      'a unit, which no row may change',
      { organisationalUnit: 'Medicine' },
      { organisationalUnit: 'Medicine' },
    ],
    ['an empty cell that was emptied again by hand', { jobTitle: null }, { jobTitle: null }],
  ])('and is as it was then is left: %s', (_name, values, before) => {
    const change = plan(values, { base: since(before) })
    expect(change).toMatchObject({ action: 'unchanged', after: null })
    expect(codes(change)).toEqual([`left-as-changed ${Object.keys(values)[0]}`])
  })

  test.each<[string, WantedValues, Record<string, FieldValue>]>([
    ['text', { jobTitle: 'Matron' }, { jobTitle: 'Nurse' }],
    ['text, emptied', { jobTitle: null }, { jobTitle: 'Nurse' }],
    ['what was emptied', { telephone: '1' }, { telephone: '2' }],
    ['what was filled', { jobTitle: 'Matron' }, { jobTitle: null }],
    ['a local ID', { localId: 'A3' }, { localId: 'A1' }],
    ['what nobody knows any more', { jobTitle: 'Matron' }, {}],
  ])('and is a third value is a conflict: %s', (_name, values, before) => {
    const isKnown = Object.keys(before).length > 0
    const change = plan(values, { base: isKnown ? since(before) : null })
    expect(change).toMatchObject({ action: 'conflict', after: values })
    expect(change.alternative).toBeUndefined()
    expect(codes(change)).toEqual([`changed-by-others ${Object.keys(values)[0]}`])
  })

  test.each<[string, WantedValues, Record<string, FieldValue>]>([
    ['nobody has changed that field', { department: 'Ward 2' }, { jobTitle: 'Nurse' }],
    ['it was changed and changed back', { jobTitle: 'Matron' }, { jobTitle: 'Sister' }],
  ])('is written where %s', (_name, values, before) => {
    const change = plan(values, { base: since(before) })
    expect(change).toMatchObject({ action: 'update', after: values, problems: [] })
  })

  test('and is what they wrote asks for nothing', () => {
    expect(plan({ jobTitle: 'Sister' }, { base: since({ jobTitle: 'Nurse' }) })).toMatchObject({
      action: 'unchanged',
      problems: [],
    })
  })
})

test('a conflict says who, when, and all three values', () => {
  const [problem] = plan({ jobTitle: 'Matron' }, { base: since({ jobTitle: 'Nurse' }) }).problems
  expect(problem).toEqual({
    column: 'jobTitle',
    code: 'changed-by-others',
    message:
      'Job title was “Nurse” at version 3, and is “Sister” now: Bob changed it on 3 March 2026 at 10:12am (people.csv, row 9). The row says “Matron”. Choose which of them stays.',
    value: 'Matron',
    severity: 'warning',
  })
})

test('of a row with a conflict, what nobody else has changed can be written alone; what is untouched never is', () => {
  const values = { localId: 'A3', jobTitle: 'Matron', department: 'Ward 2', site: 'Old Hospital' }
  const base = since({ jobTitle: 'Nurse', site: 'Old Hospital', localId: 'A1' })
  const change = plan(values, { base })
  expect(change).toMatchObject({
    action: 'conflict',
    accountVersion: 5,
    localIdKey: 'a3',
    formerLocalIdKey: 'a2',
    before: { localId: 'A2', jobTitle: 'Sister', department: 'Ward 1' },
    after: { localId: 'A3', jobTitle: 'Matron', department: 'Ward 2' },
  })
  expect(change.alternative).toEqual({
    ...{ action: 'conflict', accountId: 7, accountVersion: 5, localIdKey: null, formerLocalIdKey: null },
    before: { department: 'Ward 1' },
    after: { department: 'Ward 2' },
    problems: change.problems,
  })
  expect(codes(change)).toEqual([
    'left-as-changed site',
    'changed-by-others localId',
    'changed-by-others jobTitle',
  ])
})

test('somebody who has got the local ID that the account gave up isn’t meant by the untouched cell', () => {
  const bob: MatchedAccount = { ...JANE, id: 8, localIdKey: 'a1' }
  const match: Match = { byId: JANE, byLocalId: bob, similar: null, base: since({ localId: 'A1' }) }
  const row = { row: 2, values: { localId: 'A1' }, id: 7, localId: 'A1', version: 3, problems: [] }
  expect(planChange(row, match, () => 900, PLANNING)).toMatchObject({ action: 'unchanged', accountId: 7 })
  expect(planChange({ ...row, version: 5 }, match, () => 900, PLANNING)).toMatchObject({ action: 'error' })
})

test('an untouched cell is left, however it came to look: its damage is nothing to settle by what others wrote', () => {
  const match: Match = {
    ...{ byId: JANE, byLocalId: null, similar: null },
    base: since({ jobTitle: 'Café manager', localId: '0071' }),
  }
  const damage = {
    kind: 'wrong-encoding',
    isFrom: (value: string) => value === 'Café manager',
    told: () => 'It is damaged.',
  }
  const doubt = { field: 'jobTitle' as const, text: 'CafÃ© manager', problem: null, damage }
  const values = { localId: '71' }
  const row = { row: 2, values, id: 7, localId: '71', version: 3, problems: [], doubts: [doubt] }
  const change = planChange(row, match, () => 900, PLANNING)
  expect(change.action).toBe('unchanged')
  expect(codes(change)).toEqual(['left-as-changed jobTitle', 'left-as-changed localId'])
})

test('the account as it is now is compared with its cells alone', () => {
  expect(plan({ jobTitle: 'Nurse' }, { version: 5 })).toMatchObject({ action: 'update', problems: [] })
})

test('a version that isn’t yet is an error, where the row asks for anything', () => {
  expect(codes(plan({ jobTitle: 'Matron' }, { version: 6 }))).toEqual(['version-ahead version'])
  expect(plan({ jobTitle: 'Sister' }, { version: 6 })).toMatchObject({ action: 'unchanged', problems: [] })
})

test('a version without an account is passed over, with a word where one would be made', () => {
  const nobody: Match = { byId: null, byLocalId: null, similar: null }
  const values = { localId: 'N1', firstName: 'Jo', lastName: 'Doe', mobile: '+447700900001' }
  const row = { row: 2, values, id: null, localId: 'N1', version: 3, problems: [] }
  const change = planChange(row, nobody, () => 900, { ...PLANNING, mode: 'both' })
  expect(change.action).toBe('create')
  expect(codes(change)).toEqual(['version-of-nobody version'])
})

test('somebody who has left since is no error where the row asks for nothing', () => {
  const account = { ...JANE, status: 'Leaver' }
  expect(plan({ jobTitle: 'Nurse' }, { account, base: since({ jobTitle: 'Nurse' }) }).action).toBe(
    'unchanged',
  )
  expect(plan({ department: 'Ward 2' }, { account, base: since({}) }).action).toBe('error')
  expect(plan({ jobTitle: 'Sister' }, { account, version: 5, mode: 'both' }).action).toBe('error')
})

test('among new accounts only, an untouched row agrees with the account, and a touched one doesn’t', () => {
  const base = since({ jobTitle: 'Nurse' })
  expect(plan({ jobTitle: 'Nurse' }, { base, mode: 'create' }).action).toBe('unchanged')
  expect(codes(plan({ jobTitle: 'Matron' }, { base, mode: 'create' }))).toEqual(['already-exists localId'])
})
