import { describe, expect, test } from 'vitest'
import type { PersonField } from '../../src/directory/fields.ts'
import { judge } from '../support/judge-cell.ts'
import { validateUpload } from '../support/read-upload.ts'

// An account's value, a cell over it, and what becomes of the row. `repair` and `error` are followed by the code, and
// a warning by what the field would hold then.
type Case = [field: PersonField, stored: string | null, cell: string, outcome: string]

function table(name: string, cases: Case[]): void {
  describe(name, () => {
    test.each(cases)('%s %j, and the cell %j: %s', (field, stored, cell, outcome) => {
      expect(judge(field, stored, cell)).toBe(outcome)
    })
  })
}

table('numbers', [
  ['localId', '00010234', '10234', 'repair leading-zeros-lost'],
  ['localId', '10234', '00010234', 'update: 00010234'],
  ['localId', '00010276', '00010276.0', 'repair number-format'],
  ['localId', '00010276', '10276.0', 'repair number-format'],
  ['localId', '10241', '10,241', 'repair number-format'],
  ['localId', '10241', '10299.0', 'error number-format'],
  ['localId', '10241.0', '10241.0', 'unchanged'],
  ['localId', '123456789012', '1.23457E+11', 'repair scientific-notation'],
  ['localId', '999456789012', '1.23457E+11', 'error scientific-notation'],
  ['localId', '12E10', '1.2E+11', 'repair scientific-notation'],
  ['localId', '12345678901234567', '12345678901234500', 'repair digits-lost'],
  ['mobile', '+447700900291', '7700900291.0', 'warning mobile-without-zero: unchanged'],
  ['mobile', '+447700900291', '7.7009E+09', 'repair scientific-notation'],
  ['mobile', '+447700900291', '4.47701E+11', 'repair scientific-notation'],
  ['mobile', '+447999900291', '7.7009E+09', 'error scientific-notation'],
  ['telephone', '01632960317', '1632960317', 'warning telephone-without-zero: unchanged'],
  ['telephone', '+441632960317', '441632960317', 'warning telephone-without-plus: unchanged'],
  ['telephone', '+441632960317', '1632960317', 'warning telephone-without-zero: unchanged'],
  ['telephone', '01632960317', '1632960317.0', 'warning telephone-without-zero: unchanged'],
  ['telephone', '01632960317', '1632960318', 'warning telephone-without-zero: 01632960318'],
  ['telephone', '01632960317', '1.63296E+09', 'repair scientific-notation'],
  ['telephone', '1632960317', '1632960317', 'unchanged'],
  ['telephone', '4410', '4411', 'update: 4411'],
  ['telephone', null, 'ann@example.org', 'warning shifted-columns: ann@example.org'],
  ['telephone', null, 'Yes', 'warning shifted-columns: Yes'],
  ['jobTitle', 'Nurse', '7.7E+09', 'error scientific-notation'],
  ['jobTitle', 'Nurse', '10241', 'warning shifted-columns: 10241'],
])

table('tricks that keep text', [
  ['localId', '00010283', '="00010283"', 'warning text-mark: unchanged'],
  ['localId', '00010269', "'00010269", 'warning text-mark: unchanged'],
  ['jobTitle', 'Nurse', "'Nurse'", 'warning text-mark: unchanged'],
  ['jobTitle', 'Nurse', '="Porter"', 'warning text-mark: Porter'],
  ['mobile', '+447700900291', '="07700900291"', 'warning text-mark: unchanged'],
  ['lastName', 'Hooft', "'t Hooft", "update: 't Hooft"],
  ['jobTitle', "'Nurse", "'Nurse", 'unchanged'],
  ['department', 'Estates', 'Estates;;', 'warning other-separators: unchanged'],
  ['department', 'Estates', ';;', 'warning other-separators: unchanged'],
])

table('dates', [
  ['localId', '1-2', '01/02/2024', 'repair turned-into-date'],
  ['localId', '1/2', '2024-02-01', 'repair turned-into-date'],
  ['localId', 'MAR1', '01-Mar', 'repair turned-into-date'],
  ['localId', 'AB-77', '01-Mar', 'error turned-into-date'],
  ['jobTitle', '1-2', '1/2/2024', 'repair turned-into-date'],
  ['jobTitle', '1-2', '01-Feb', 'repair turned-into-date'],
  ['jobTitle', '1-2', '2-Jan', 'repair turned-into-date'],
  ['jobTitle', '1-2-24', '01/02/2024', 'repair turned-into-date'],
  ['jobTitle', '3/2024', 'Mar-24', 'repair turned-into-date'],
  ['department', '1-2', '45323', 'repair turned-into-date'],
  ['department', '1-2', '02/05/2024', 'error turned-into-date'],
  ['description', '1-2', '01/02/2024', 'repair turned-into-date'],
  ['description', 'Back soon', '01/02/2024', 'update: 01/02/2024'],
  ['description', '1:30', '01:30:00', 'repair turned-into-date'],
])

table('encodings', [
  ['jobTitle', 'Café manager', 'CafÃ© manager', 'repair wrong-encoding'],
  ['jobTitle', 'Café manager', 'CafÃƒÂ© manager', 'repair wrong-encoding'],
  ['jobTitle', 'Café manager', 'Caf√© manager', 'repair wrong-encoding'],
  ['jobTitle', 'Porter', 'CafÃ© manager', 'error wrong-encoding'],
  ['jobTitle', 'CafÃ© manager', 'Café manager', 'update: Café manager'],
  ['jobTitle', 'CafÃ© manager', 'CafÃ© manager', 'unchanged'],
  ['lastName', 'O’Sullivan', 'OÕSullivan', 'repair wrong-encoding'],
  ['lastName', 'Smith', 'OÕSullivan', 'error wrong-encoding'],
  ['firstName', 'Siobhán', 'Siobh‡n', 'repair wrong-encoding'],
  ['firstName', 'Zoë', 'Zo‘', 'repair wrong-encoding'],
  ['jobTitle', 'Café manager', 'CafŽ manager', 'repair wrong-encoding'],
  ['jobTitle', 'Café manager', 'Cafй manager', 'repair wrong-encoding'],
  ['jobTitle', 'Porter', 'Cafй manager', 'error wrong-encoding'],
  ['lastName', 'Muñoz', 'Muńoz', 'repair wrong-encoding'],
  ['lastName', 'OÕSullivan', 'O’Sullivan', 'update: O’Sullivan'],
  ['jobTitle', 'Café manager', 'Caf? manager', 'repair unreadable-character'],
  ['jobTitle', 'Café manager', 'Caf\ufffd manager', 'repair unreadable-character'],
  ['lastName', 'Łukasz', '?ukasz', 'repair unreadable-character'],
  ['lastName', 'Smith', '?ukasz', 'error unreadable-character'],
  ['jobTitle', 'Porter', 'Caf? manager', 'warning question-mark: Caf? manager'],
  ['jobTitle', 'Porter', 'Sm?rbrod chef', 'error unreadable-character'],
  ['description', null, 'Who knows? Ask.', 'update: Who knows? Ask.'],
  ['site', 'St Mary’s Hospital', 'St MaryÕs Hospital', 'repair wrong-encoding'],
  ['site', 'St Mary’s Hospital', 'St Mary?s Hospital', 'repair unreadable-character'],
  ['jobTitle', 'Nurse – Ward', 'Nurse \x96 Ward', 'repair control-character'],
  ['jobTitle', 'Porter', 'Nurse \x96 Ward', 'error control-character'],
  ['department', 'Trauma & Orthopaedics', 'Trauma &amp; Orthopaedics', 'repair web-entity'],
  ['department', 'Estates', 'Trauma &amp; Orthopaedics', 'error web-entity'],
  ['lastName', "O'Hara", 'O&#39;Hara', 'repair web-entity'],
  ['description', 'One\nTwo', 'One_x000D_\nTwo', 'repair web-entity'],
  ['jobTitle', 'Café', 'Caf&eacute;', 'repair web-entity'],
])

table('look-alikes', [
  ['localId', 'AG-77', '\u0410G-77', 'repair look-alike-character'],
  ['localId', 'AG-77', 'AG–77', 'repair look-alike-character'],
  ['localId', 'AG 77', 'AG\u00a077', 'repair look-alike-character'],
  ['localId', '0012', '00\u200b12', 'repair look-alike-character'],
  ['localId', '00\u200b12', '00\u200b12', 'unchanged'],
  ['localId', '9', '\u0410G-77', 'warning look-alike-character: \u0410G-77'],
])

table('what means nothing', [
  ['jobTitle', 'Nurse', 'NULL', 'warning placeholder-value: NULL'],
  ['department', 'Estates', 'N/A', 'warning placeholder-value: N/A'],
  ['telephone', '4410', '-', 'warning placeholder-value: -'],
  ['telephone', '4410', '0', 'warning placeholder-value: 0'],
  ['jobTitle', '-', '-', 'unchanged'],
  ['firstName', 'Ann', 'NULL', 'error placeholder-value'],
  ['lastName', 'Smith', '.', 'error placeholder-value'],
  ['lastName', 'Smith', 'Null', 'warning placeholder-value: Null'],
  ['localId', '0012', 'N/A', 'error placeholder-value'],
  ['description', 'Long', '[ clear ]', 'error near-clear'],
  ['jobTitle', 'Nurse', '[clear].', 'error near-clear'],
  ['jobTitle', 'Nurse', '[claer]', 'error near-clear'],
  ['jobTitle', 'Nurse', '(clear)', 'error near-clear'],
  ['jobTitle', 'Nurse', 'Clear', 'error near-clear'],
  ['jobTitle', 'Nurse', '[locum]', 'update: [locum]'],
])

table('slight changes', [
  ['firstName', 'Adaeze', 'ADAEZE', 'warning only-case: ADAEZE'],
  ['lastName', 'Schröder', 'Schroder', 'warning only-accents: Schroder'],
  ['lastName', 'O’Hara', "O'Hara", 'warning only-look-alikes: unchanged'],
  ['lastName', 'Smith-Jones', 'Smith\u2011Jones', 'unchanged'],
  ['lastName', 'Smith', 'Smith–Jones', 'update: Smith-Jones'],
  ['jobTitle', 'Staff Nurse', 'Staff  Nurse', 'unchanged'],
  ['jobTitle', 'Staff Nurse', 'Staff\u00a0Nurse', 'unchanged'],
  ['jobTitle', 'Staff  Nurse', 'Staff  Nurse', 'unchanged'],
  ['jobTitle', 'Porter', 'Staff \u00a0Nurse', 'update: Staff Nurse'],
  ['jobTitle', 'Porter', 'Staff\u202eNurse', 'error turned-round'],
  ['jobTitle', 'Porter', 'Sta\u200bff', 'update: Staff'],
  ['localId', 'ab-77', 'AB-77', 'warning only-case: unchanged'],
  ['secondaryEmail', null, 'jo\u200b.b@example.org', 'update: jo.b@example.org'],
  ['secondaryEmail', "jo.o'neil@example.org", 'jo.o’neil@example.org', 'unchanged'],
  ['secondaryEmail', null, 'p\u0430t@example.org', 'error look-alike-address'],
  ['site', null, "st mary's  hospital", 'update: St Mary’s Hospital'],
  ['site', 'St Mary’s Hospital', "St Mary's Hospital", 'unchanged'],
  ['site', null, 'Ashgrove Clinik', 'error unknown-site'],
])

test('the nearest site is named', async () => {
  const [row] = await validateUpload('LocalID,Site\n1,Ashgrove Clinik\n')
  expect(row?.problems[0]?.message).toContain('Did you mean “Ashgrove Clinic”?')
})

test('one damage that nothing proves keeps a row from being repaired', () => {
  expect(judge('jobTitle', 'Café', 'CafÃ©', { department: 'CafÃ© bar' })).toBe('error wrong-encoding')
})
