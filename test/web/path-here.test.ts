import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pathHere } from '../../src/web/path-here.ts'
import { sourceFiles, textOf } from '../structure/repository.ts'

/** Where a browser ends up that is sent on from a page of the portal. */
const followed = (asked: string) => new URL(pathHere(asked), 'https://muster.example/sign-in')

test.each([
  'https://evil.example/',
  'https:evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  'evil.example',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/.//evil.example',
  '/./\\evil.example',
  '/..//evil.example',
  '/%2e//evil.example',
  '/x/..//evil.example',
  '/x/../\\evil.example',
  '/././/evil.example/%2f..',
  '/\t/evil.example',
  '/.\n//evil.example',
  '\r/\r/evil.example',
  '//user@evil.example',
  '//muster.example@evil.example',
  '/.//user:pass@evil.example',
  '/.//muster.invalid/.//evil.example',
  '//[::1',
  '',
])('%j leads to the first page', (asked) => {
  expect(pathHere(asked)).toBe('/')
})

test.each([
  ['/', '/'],
  ['/uploads/12?show=errors&after=3#rows', '/uploads/12?show=errors&after=3#rows'],
  ['/accounts?search=//evil.example', '/accounts?search=//evil.example'],
  ['/accounts?search=Müller', '/accounts?search=M%C3%BCller'],
  ['/@evil.example', '/@evil.example'],
  ['/%2f/evil.example', '/%2f/evil.example'],
])('%s stays here: %s', (asked, path) => {
  expect(pathHere(asked)).toBe(path)
})

test('whatever is asked for, a browser stays on this server', () => {
  const piece = fc.constantFrom(
    ...['/', '\\', '.', '..', '%2e', '%2f', '%5c', '\t', '\n', '\r', ' ', '\0', '@', ':', '?', '#', ';'],
    ...[
      'evil.example',
      'muster.invalid',
      'muster.example',
      'https:',
      'http://',
      'javascript:',
      'x',
      'ü',
      '\ud800',
    ],
  )
  const asked = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 9 }).map((pieces) => `/${pieces.join('')}`),
  )
  fc.assert(
    fc.property(asked, (text) => {
      expect(followed(text).origin).toBe('https://muster.example')
      expect(pathHere(pathHere(text))).toBe(pathHere(text))
    }),
    { numRuns: 5_000 },
  )
})

test('there is one way to send a browser on', () => {
  const sending = sourceFiles().filter((path) =>
    /\.redirect\(|header\(\s*['"]location['"]/i.test(textOf(path)),
  )
  // To the addresses of the settings' own systems, too, where people sign in.
  expect(sending.filter((path) => !path.startsWith('src/api/'))).toEqual([
    'src/web/render.ts',
    'src/web/sign-in/openid.ts',
  ])
})
