import { expect, test } from 'vitest'
import { isDifferentPerson } from '../../../src/changes/plan/different-person.ts'

const OLD = {
  localId: '0012',
  firstName: 'Elizabeth',
  lastName: 'O’Hara',
  middleName: 'Jane',
  knownAs: 'Betty',
}

test.each<[string, Record<string, string>, boolean]>([
  ['both names are others', { firstName: 'Peter', lastName: 'Jones' }, true],
  ['the local ID and the last name are others', { localId: '0013', lastName: 'Jones' }, true],
  ['the local ID and the first name are others', { localId: '0013', firstName: 'Peter' }, true],
  ['everything is another', { localId: '0013', firstName: 'Peter', lastName: 'Jones' }, true],
  ['a marriage', { lastName: 'Jones' }, false],
  ['another first name alone', { firstName: 'Peter' }, false],
  ['the local ID alone', { localId: '0013' }, false],
  ['the local ID, and the name in other letters', { localId: '0013', lastName: "O'HARA" }, false],
  ['the local ID with its zeros lost, and a marriage', { localId: '12', lastName: 'Jones' }, false],
  ['a short form, and a double name', { firstName: 'Liz', lastName: 'Jones-O’Hara' }, false],
  ['the name that they go by, and a marriage', { firstName: 'Betty', lastName: 'Jones' }, false],
  ['the middle name, and a marriage', { firstName: 'Jane', lastName: 'Jones' }, false],
  ['names in the other order', { firstName: 'O’Hara', lastName: 'Elizabeth' }, false],
  ['slips of the keyboard in both', { firstName: 'Elizabteh', lastName: 'OHarra' }, false],
])('%s: %s', (_what, after, isOther) => {
  expect(isDifferentPerson({ fields: OLD }, after)).toBe(isOther)
})

test('an account without names becomes nobody else', () => {
  const after = { firstName: 'Peter', lastName: 'Jones' }
  expect(isDifferentPerson({ fields: { localId: '1', firstName: null, lastName: null } }, after)).toBe(false)
})
