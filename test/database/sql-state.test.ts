import { expect, test } from 'vitest'
import { isFull, isOutage, isUndecided, WritesLost } from '../../src/database/sql-state.ts'

const coded = (code: string) => Object.assign(new Error('…'), { code })

test.each([
  ['08006', 'the connection broke'],
  ['28000', 'pg_hba.conf lets nobody in'],
  ['28P01', 'the password is being changed'],
  ['3D000', 'the database is being restored'],
  ['40001', 'a serialization failure'],
  ['40P01', 'a deadlock'],
  ['53100', 'the disk is full'],
  ['53300', 'there are too many connections'],
  ['55000', 'the database takes no connections'],
  ['55P03', 'a lock was not given within lock_timeout'],
  ['25006', 'it is a standby, or read-only'],
  ['57P01', 'the connection was ended by an administrator'],
  ['57P03', 'it is starting'],
  ['58030', 'an error of the disk'],
  ['ECONNREFUSED', 'nobody listens'],
  ['EAI_AGAIN', 'its name can’t be looked up'],
])('%s passes: %s', (code) => {
  expect(isOutage(coded(code))).toBe(true)
})

test.each([
  ['Connection terminated unexpectedly'],
  ['timeout exceeded when trying to connect'],
  ['Client has encountered a connection error and is not queryable'],
])('“%s” passes', (message) => {
  expect(isOutage(new Error(message))).toBe(true)
})

test.each([['22P02'], ['23505'], ['42601'], ['42P01'], ['57014'], ['ENOENT'], ['EACCES'], ['']])(
  '“%s” is no outage: trying again for ever would not help',
  (code) => {
    expect(isOutage(coded(code))).toBe(false)
  },
)

test('only a full disk is full', () => {
  expect([isFull(coded('53100')), isFull(coded('53300'))]).toEqual([true, false])
})

test('only where the answer was lost too, what was asked for may have been done', () => {
  expect(['ECONNRESET', '57P01', '08006'].map((code) => isUndecided(coded(code)))).toEqual([true, true, true])
  expect(['40001', '53100', '23505'].map((code) => isUndecided(coded(code)))).toEqual([false, false, false])
  const lost = new WritesLost()
  expect([isOutage(lost), isUndecided(lost)]).toEqual([true, false])
})
