import { expect, test } from 'vitest'
import { compareNames, type NameAgreement, type PersonNames } from '../../src/directory/compare-names.ts'

function person(text: string): PersonNames {
  const [firstName, lastName, knownAs, middleName] = text.split(',')
  return { firstName, lastName, knownAs, middleName }
}

test.each<[string, string, NameAgreement]>([
  ['Siobhán,O’Hara', "Siobhan,O'Hara", 'same'],
  ['Françoise,Schröder', 'Francoise,Schroder', 'same'],
  ['Łukasz,Nowak', 'LUKASZ,NOWAK', 'same'],
  ['Иван,Петров', 'Ivan,Petrov', 'same'],
  ['Mary-Anne,de Souza', 'Maryanne,De Souza', 'same'],
  ['Jane,Smith', 'Smith,Jane', 'same'],
  ['An,Ng', 'Ng,An', 'same'],
  ['Maria,Garcia Lopez', 'Maria Garcia,Lopez', 'same'],
  ['Greta,Schröder', 'Greta,Schroeder', 'alike'],
  ['Elizabeth,Carter', 'Liz,Carter', 'alike'],
  ['Beth,Carter', 'Liz,Carter', 'alike'],
  ['Jane,Smith', 'Jane,Smtih', 'alike'],
  ['Jonathan,Smith', 'Smyth,Jon', 'alike'],
  ['Jane,Smith', 'J,Smith', 'alike'],
  ['Jane,Smith', 'Jane,Smith-Jones', 'alike'],
  ['Mary Anne,Smith', 'Mary,Smith', 'alike'],
  ['Bartholomew,Carter,Al', 'Al,Carter', 'alike'],
  ['Robert,Carter,,James', 'James,Carter', 'alike'],
  ['Gurpreet,Sandhu', 'Gurpret,Sandu', 'alike'],
  ['Jane,Smith', 'Jane,Jones', 'first'],
  ['Ann,Lee', 'Anne,Hill', 'first'],
  ['Jane,Smith', 'John,Smith', 'other'],
  ['Carl,Smith', 'Carla,Smith', 'other'],
  ['Harpreet,Singh', 'Gurpreet,Singh', 'other'],
  ['Jane,Smith', 'Peter,Jones', 'other'],
  ['Maria,de Souza', 'Ana,de Lima', 'other'],
  ['Jane,', ',Jane', 'same'],
  [',', ',', 'other'],
])('%s and %s: %s', (one, other, agreement) => {
  expect(compareNames(person(one), person(other))).toBe(agreement)
  expect(compareNames(person(other), person(one))).toBe(agreement)
})
