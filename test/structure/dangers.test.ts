import { expect, test } from 'vitest'
import { filesUnder, sourceFiles, textOf } from './repository.ts'

const SCRIPTS = filesUnder('src/web/assets').filter((path) => path.endsWith('.js'))
const TEMPLATES = filesUnder('src').filter((path) => path.endsWith('.njk'))

test('no text is run as code, and no program is started but PostgreSQL', () => {
  const runs = /\beval\(|new Function\(|'node:vm'|\bimport\((?!')|\bsetTimeout\(['"`]/
  expect([...sourceFiles(), ...SCRIPTS].filter((path) => runs.test(textOf(path)))).toEqual([])
  const starts = sourceFiles().filter((path) => textOf(path).includes("'node:child_process'"))
  expect(starts).toEqual(['src/database/embedded-run.ts'])
  expect(textOf('src/database/embedded-run.ts')).not.toMatch(/shell: true|\bexec\(/)
  expect('eval(text)').toMatch(runs)
})

test('only what is named here speaks to another machine', () => {
  const speaks =
    /from '(?:node:(?:net|tls|dns|dgram|https?|http2)|nodemailer|openid-client|pg|pg-boss|undici)'|\bfetch\(/
  const toOthers = sourceFiles().filter(
    (path) => speaks.test(textOf(path)) && !/^src\/(?:database|queue)\//.test(path), // to PostgreSQL
  )
  expect(toOthers).toEqual([
    'src/access/openid/provider.ts', // to those that OIDC_PROVIDERS names
    'src/cli/portal-client.ts', // the command line, to the portal that MUSTER_URL names
    'src/config.ts', // only looks whether an address is one
    'src/mail/open.ts', // to the server that SMTP_URL names
    'src/uploads/clamd.ts', // to the daemon that CLAMD_URL names
  ])
})

test('templates escape whatever is shown', () => {
  expect(TEMPLATES.length).toBeGreaterThan(20)
  const unescaped = /\|\s*safe\b|autoescape false/
  expect(TEMPLATES.filter((path) => unescaped.test(textOf(path)))).toEqual([])
  expect('{{ name | safe }}').toMatch(unescaped)
  const trusted = sourceFiles().filter((path) => /SafeString|renderString/.test(textOf(path)))
  // Only what is safe already is kept so; the form's token is made here.
  expect(trusted).toEqual(['src/web/filters.ts', 'src/web/render.ts'])
})

test('scripts show text as text, keep nothing in the browser, and hear no other window', () => {
  expect(SCRIPTS.length).toBeGreaterThan(1)
  const asMarkup = /innerHTML|outerHTML|insertAdjacentHTML|document\.write/
  const keeps = /localStorage|sessionStorage|indexedDB|document\.cookie|\bcaches\b/
  const hears = /postMessage|'message'|window\.name|document\.domain/
  for (const pattern of [asMarkup, keeps, hears])
    expect(SCRIPTS.filter((path) => pattern.test(textOf(path)))).toEqual([])
  expect('it.innerHTML = name').toMatch(asMarkup)
})
