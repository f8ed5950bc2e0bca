import { describe, expect, test } from 'vitest'
import type { MatchedAccount } from '../../../src/changes/plan/find-matches.ts'
import type { Match } from '../../../src/changes/plan/match-accounts.ts'
import { planChange } from '../../../src/changes/plan/plan-change.ts'
import type { Advice, Planning } from '../../../src/changes/plan/plan-problems.ts'
import type { Mode, Wanted, WantedValues } from '../../../src/changes/plan/wanted.ts'

const JANE: MatchedAccount = {
  id: 7,
  version: 3,
  localIdKey: '0012',
  status: 'Active',
  statusSince: null,
  fields: {
    localId: '0012',
    title: null,
    firstName: 'Jane',
    middleName: null,
    lastName: 'Smith',
    jobTitle: 'Nurse',
    department: null,
    site: 'Main Hospital',
    organisationalUnit: 'Surgery',
    mobile: '+447700900001',
    hideMobile: false,
    telephone: null,
    secondaryEmail: null,
    description: null,
    hideFromDirectory: true,
  },
}

const ADVICE: Advice = {
  exists: 'Update it.',
  gone: 'Restore it.',
  unknownId: 'Correct the ID.',
  unknownLocalId: 'Compare it.',
  similar: 'Choose.',
  twice: 'Choose one.',
  returned: { Leaver: 'Join.', Deleted: 'Restore.' },
  zerosLost: 'Zeros are lost.',
  unit: 'Use the transfer.',
  repair: { offer: 'Repair it.', done: 'It was repaired.' },
}

function planning(mode: Mode): Planning {
  return {
    mode,
    organisationCode: 'RX1',
    servedDomain: 'staff.example',
    mobileRequired: true,
    today: '2026-11-30',
    headingOf: (field) => field,
    advice: ADVICE,
  }
}

function row(values: WantedValues, id: number | null = null): Wanted {
  return { row: 5, values, id, localId: (values.localId as string | undefined) ?? null, problems: [] }
}

const found: Match = { byId: null, byLocalId: JANE, similar: null }
const nobody: Match = { byId: null, byLocalId: null, similar: null }

function plan(values: WantedValues, match: Match, mode: Mode = 'update', id: number | null = null) {
  return planChange(row(values, id), match, () => 900, planning(mode))
}

describe('a row that reaches an account', () => {
  test.each<[string, WantedValues, Record<string, unknown> | null, Record<string, unknown> | null]>([
    ['says nothing new', { localId: '0012', jobTitle: 'Nurse' }, null, null],
    ['writes its local ID in other letters', { localId: '0012' }, null, null],
    [
      'changes one field',
      { localId: '0012', jobTitle: 'Sister' },
      { jobTitle: 'Nurse' },
      { jobTitle: 'Sister' },
    ],
    [
      'fills an empty field',
      { localId: '0012', department: 'Ward' },
      { department: null },
      { department: 'Ward' },
    ],
    ['empties a field', { localId: '0012', site: null }, { site: 'Main Hospital' }, { site: null }],
    ['empties what is empty', { localId: '0012', department: null }, null, null],
    [
      'turns a yes into a no',
      { localId: '0012', hideFromDirectory: false },
      { hideFromDirectory: true },
      { hideFromDirectory: false },
    ],
    ['names the unit it is in', { localId: '0012', organisationalUnit: 'Surgery' }, null, null],
  ])('%s', (_name, values, before, after) => {
    expect(plan(values, found)).toMatchObject({
      row: 5,
      action: after ? 'update' : 'unchanged',
      accountId: 7,
      accountVersion: 3,
      before,
      after,
    })
  })

  test('by ID, with a local ID that nobody has, gets that local ID', () => {
    expect(
      plan({ localId: 'New1' }, { byId: JANE, byLocalId: null, similar: null }, 'update', 7),
    ).toMatchObject({
      action: 'update',
      localIdKey: 'new1',
      before: { localId: '0012' },
      after: { localId: 'New1' },
    })
  })

  test('would become somebody else: left out unless somebody says that it is the same person', () => {
    const values = { localId: '0012', firstName: 'Peter', lastName: 'Jones' }
    expect(plan(values, found)).toMatchObject({
      ...{ action: 'different-person', accountId: 7, accountVersion: 3 },
      before: { firstName: 'Jane', lastName: 'Smith' },
      after: { firstName: 'Peter', lastName: 'Jones' },
      problems: [{ code: 'different-person', column: 'localId', value: '0012', severity: 'warning' }],
    })
    const byId: Match = { byId: JANE, byLocalId: null, similar: null }
    const married = plan({ localId: 'N1', lastName: 'Jones' }, byId, 'both', 7)
    expect(married).toMatchObject({ action: 'different-person', localIdKey: 'n1', formerLocalIdKey: '0012' })
    const [problem] = married.problems as Wanted['problems']
    expect(problem?.message).toBe(
      'SMITH, Jane (RX1), local ID “0012”, would become “JONES, Jane (RX1)”, local ID “N1”. Is it the same person? Then say so; if not, correct id.',
    )
  })

  test('keeps the warnings of its cells', () => {
    const warning = { column: 'Mobile', code: 'w', message: 'm', value: null, severity: 'warning' as const }
    const change = planChange(
      { ...row({ localId: '0012' }), problems: [warning] },
      found,
      () => 900,
      planning('update'),
    )
    expect(change).toMatchObject({ action: 'unchanged', problems: [warning] })
  })

  test('is an error with any error among its cells', () => {
    const error = { column: 'Mobile', code: 'e', message: 'm', value: null, severity: 'error' as const }
    const values = { localId: '0012', jobTitle: 'Sister' }
    const change = planChange({ ...row(values), problems: [error] }, found, () => 900, planning('update'))
    expect(change).toMatchObject({ action: 'error', accountId: 7, before: null, after: null })
  })
})

describe('a row that reaches nobody', () => {
  const values = { localId: 'N1', firstName: 'Łukasz', lastName: "O'Neill", mobile: '+447700900002' }

  test.each<[Mode, string]>([
    ['update', 'error'],
    ['create', 'create'],
    ['both', 'create'],
  ])('in mode %s: %s', (mode, action) => {
    expect(plan(values, nobody, mode).action).toBe(action)
  })

  test('makes an account with its values, a key and a proposed address', () => {
    expect(plan(values, nobody, 'create')).toMatchObject({
      accountId: 900,
      accountVersion: null,
      localIdKey: 'n1',
      before: null,
      after: { ...values, emailAddress: 'lukasz.oneill@staff.example' },
    })
  })

  test('lacks what a new account needs: every missing column is named', () => {
    const change = plan({ localId: 'N1', firstName: 'Ann' }, nobody, 'both')
    expect(change.action).toBe('error')
    expect(change.problems).toMatchObject([{ column: 'lastName' }, { column: 'mobile' }])
  })

  test('looks like someone: not created unless somebody says so', () => {
    const match: Match = { ...nobody, similar: { account: JANE, why: 'name-and-mobile', names: 'alike' } }
    expect(plan(values, match, 'create')).toMatchObject({
      action: 'possible-duplicate',
      similarAccountId: 7,
      problems: [{ code: 'possible-duplicate-name-and-mobile', severity: 'warning' }],
      alternative: {
        ...{ action: 'possible-duplicate', accountId: 7, accountVersion: 3, localIdKey: 'n1' },
        after: values,
      },
    })
    const update = plan(values, match, 'update')
    expect(update).toMatchObject({ action: 'error', similarAccountId: 7 })
    expect(update.problems[0]).toMatchObject({ message: expect.stringContaining('“0012”') })
  })
})

describe('a row that looks like somebody', () => {
  const values = {
    localId: '0013',
    firstName: 'Jane',
    lastName: 'Smith',
    jobTitle: 'Sister',
    mobile: '+447700900001',
  }
  const like = (
    account: Partial<MatchedAccount>,
    why: 'name-and-mobile' | 'near-local-id' = 'name-and-mobile',
  ) => plan(values, { ...nobody, similar: { account: { ...JANE, ...account }, why, names: 'same' } }, 'both')

  test('who has left: told with the day, and there is nothing to update', () => {
    const change = like({ status: 'Leaver', statusSince: '2026-11-03T09:00:00Z' })
    expect(change.alternative).toBeUndefined()
    const [problem] = change.problems as Wanted['problems']
    expect(problem?.message).toBe(
      'SMITH, Jane (RX1), local ID “0012”, has the same name and mobile, and has left on 3 November 2026. Join.',
    )
    expect((like({ status: 'Deleted' }).problems as Wanted['problems'])[0]?.message).toMatch(
      /was deleted\. Restore\.$/,
    )
  })

  test('but for a slip in the local ID: an update leaves that as it is', () => {
    expect(like({}, 'near-local-id').alternative?.after).toEqual({ jobTitle: 'Sister' })
    expect(like({}).alternative?.after).toEqual({ localId: '0013', jobTitle: 'Sister' })
  })

  test('who couldn’t be updated so: there is no such choice', () => {
    const elsewhere = { ...values, organisationalUnit: 'Pharmacy' }
    const match: Match = { ...nobody, similar: { account: JANE, why: 'name-and-mobile', names: 'same' } }
    expect(plan(elsewhere, match, 'both').alternative).toBeUndefined()
  })
})

describe('what a new account needs', () => {
  function missing(
    values: WantedValues,
    { mobileRequired = true, problems = [] as Wanted['problems'] } = {},
  ) {
    const change = planChange({ ...row(values, null), localId: '1', problems }, nobody, () => 900, {
      ...planning('create'),
      mobileRequired,
      headingOf: (field) => (field === 'firstName' ? 'Forename' : field),
    })
    return (change.problems as Wanted['problems']).map(({ column, code }) => [column, code])
  }

  test('is named, under the person’s own words', () => {
    expect(missing({})).toEqual([
      ['localId', 'required'],
      ['Forename', 'required'],
      ['lastName', 'required'],
      ['mobile', 'required'],
    ])
  })

  test('is not named where something is given, if only wrongly', () => {
    const wrong = { column: 'lastName', code: 'invalid-characters', severity: 'error' } as const
    const problems = [{ ...wrong, message: '', value: 'Sm1th' }]
    const values = { localId: '1', firstName: 'Jane', mobile: '+447700900001' }
    expect(missing(values, { problems })).toEqual([['lastName', 'invalid-characters']])
  })

  test('leaves the mobile to the setting', () => {
    const values = { localId: '1', firstName: 'Jane', lastName: 'Smith' }
    expect(missing(values, { mobileRequired: false })).toEqual([])
    expect(missing(values)).toEqual([['mobile', 'required']])
  })
})
