import { expect, test } from 'vitest'
import { messageFor } from '../../src/web/filters.ts'

test('the message for a field is the first one that names it', () => {
  const errors = [
    { field: 'email', message: 'Enter an address.' },
    { field: 'file', message: 'Select a file.' },
  ]
  expect(messageFor(errors, 'file')).toEqual({ text: 'Select a file.' })
  expect(messageFor(errors, 'mode')).toBeUndefined()
  expect(messageFor(undefined, 'mode')).toBeUndefined()
})
