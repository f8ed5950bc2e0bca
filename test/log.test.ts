import { expect, test } from 'vitest'
import { describeFault } from '../src/log.ts'

test('what PostgreSQL quotes is left out of the log, and what helps to find the fault stays', () => {
  const error = Object.assign(new Error('invalid input syntax for type integer: "Siobhán"'), {
    severity: 'ERROR',
    code: '22P02',
    detail: 'Key (address_key)=(siobhan@staff.example) already exists.',
    routine: 'pg_strtoint32_safe',
  })
  const logged = describeFault(error)
  expect(JSON.stringify(logged)).not.toMatch(/siobh/i)
  expect(logged).toMatchObject({ name: 'Error', code: '22P02', routine: 'pg_strtoint32_safe' })
  expect(logged).toHaveProperty('stack', expect.stringContaining('log.test.ts'))
})

test('a parser’s message, which quotes its input, is left out; so is that of a cause', () => {
  const cause = new SyntaxError('Unexpected token \'J\', "Jane Smith" is not valid JSON')
  expect(JSON.stringify(describeFault(new Error('could not be read', { cause })))).not.toContain('Jane')
})

test('an error of our own keeps its message', () => {
  expect(describeFault(new TypeError('x is not a function'))).toMatchObject({
    message: 'x is not a function',
  })
})
