import { expect, test } from 'vitest'
import { ROUTES } from '../../src/web/routes.ts'
import { filesUnder, textOf } from './repository.ts'

type Link = { file: string; method: 'GET' | 'POST' | null; path: string }

// A link, a form, or a macro's link; what stands in double braces may hold quote marks.
const IN_TEMPLATE =
  /<form\b(?<form>(?:\{\{.*?\}\}|[^>])*)>|\bhref="(?<href>\/(?:\{\{.*?\}\}|[^"])*)"|\bhref: (?<joined>"\/[^"]*"(?: ~ (?:[\w.]+|"[^"]*"))*)/gs

// What comes from elsewhere than the routes of the pages.
const NOT_PAGES = /^\/(?:assets|api)\//

test('every link and form of a page leads to a route', () => {
  const links = filesUnder('src/web').flatMap((file) =>
    file.endsWith('.njk') ? linksOfTemplate(file, textOf(file)) : [],
  )
  expect(links.length).toBeGreaterThan(100)
  expect(links.filter((link) => !isRoute(link))).toEqual([])
})

test('every path that the pages’ code writes is that of a route', () => {
  const links = filesUnder('src/web').flatMap((file) =>
    file.endsWith('.ts') ? linksOfCode(file, textOf(file)) : [],
  )
  expect(links.length).toBeGreaterThan(50)
  expect(links.filter((link) => !isRoute(link))).toEqual([])
})

test('the rules above find what breaks them', () => {
  const template = `<a href="/nowhere"><form method="post" action="/accounts/{{ row["id"] }}/edit" novalidate>
    {{ button({ href: "/uploads/" ~ upload.id ~ "/mapping" }) }}
    <a href="/accounts/export.csv{{ "?x" if asked }}#top"><form method="post" action="/outbox">`
  const links = linksOfTemplate('x.njk', template)
  expect(links.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /nowhere',
    'POST /accounts/1/edit',
    'GET /uploads/1/mapping',
    'GET /accounts/export.csv1',
    'POST /outbox',
  ])
  expect(links.map(isRoute)).toEqual([false, true, true, true, false])
  const code = linksOfCode('x.ts', 'goTo(`/changes/$' + "{id}#rows`); const PATH = '/organisation/settinks'")
  expect(code.map(isRoute)).toEqual([true, false])
})

function linksOfTemplate(file: string, text: string): Link[] {
  return [...text.matchAll(IN_TEMPLATE)].flatMap(({ groups = {} }) => {
    const joined = groups.joined?.replace(/ ~ (?!")[\w.]+/g, '1').replace(/ ~ |"/g, '')
    if (joined !== undefined) return [{ file, method: 'GET' as const, path: filled(joined) }]
    if (groups.href !== undefined) return [{ file, method: 'GET' as const, path: filled(groups.href) }]
    const action = /\baction="(\/(?:\{\{.*?\}\}|[^"])*)"/s.exec(groups.form ?? '')?.[1]
    const method = /\bmethod="post"/.test(groups.form ?? '') ? ('POST' as const) : ('GET' as const)
    return action === undefined ? [] : [{ file, method, path: filled(action) }]
  })
}

function linksOfCode(file: string, text: string): Link[] {
  const withoutImports = text.replace(/^import .*$/gm, '')
  return [...withoutImports.matchAll(/(['`])(\/[a-z][^'`\s]*)\1/g)]
    .map(([, , path = '']) => filled(path))
    .filter((path) => !path.endsWith('/') && !path.includes(':')) // a beginning; a route itself
    .map((path) => ({ file, method: null, path }))
}

/** The path alone, with something in the place of each value. */
function filled(path: string): string {
  return path.replace(/\{\{.*?\}\}|\$\{[^}]*\}/gs, '1').replace(/[?#].*$/s, '')
}

function isRoute({ method, path }: Link): boolean {
  if (NOT_PAGES.test(path)) return true
  return ROUTES.some(
    ([of, route]) =>
      (method === null || method === of) &&
      new RegExp(`^${route.replace(/[.]/g, '\\.').replace(/:\w+/g, '[^/]+')}1?$`).test(path),
  )
}
