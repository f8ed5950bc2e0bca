import { expect, test } from 'vitest'
import { goesInClear } from '../../src/database/in-clear.ts'

test.each([
  'postgres://muster:x@db.example/muster',
  'postgres://muster:x@10.0.0.7:5432/muster?sslmode=disable',
  'postgresql://muster@db.example/muster?application_name=x',
])('%s can be read on the way', (url) => {
  expect(goesInClear(url)).toBe(true)
})

test.each([
  'postgres://muster:x@db.example/muster?sslmode=verify-full',
  'postgres://muster:x@localhost/muster',
  'postgres://muster:x@127.0.0.1:5433/muster?sslmode=disable',
  'postgres://muster@[::1]/muster',
  'postgres://muster@/muster?host=/var/run/postgresql',
  'postgres://%2Fvar%2Frun%2Fpostgresql/muster',
])('%s can’t', (url) => {
  expect(goesInClear(url)).toBe(false)
})
