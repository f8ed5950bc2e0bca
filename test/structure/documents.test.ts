import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { UPLOAD_FORMAT } from '../../src/uploads/columns.ts'
import { filesUnder, root, textFiles, textOf } from './repository.ts'

const { withTables } = createRequire(import.meta.url)(join(root, 'bin', 'make-docs'))

const DOCUMENTS = filesUnder('.').filter((path) => path.endsWith('.md'))

test('docs/upload-format.md says what src/uploads/columns.ts says: else run node bin/make-docs', () => {
  const text = textOf('docs/upload-format.md')
  expect(text).toBe(withTables(text, UPLOAD_FORMAT))
  expect(text).not.toBe(withTables(text, { ...UPLOAD_FORMAT, columns: UPLOAD_FORMAT.columns.slice(1) }))
})

test('the documents are there, and each is reached from another', () => {
  const named = DOCUMENTS.flatMap((document) =>
    linksOf(document).map((link) => join(dirname(document), link)),
  )
  expect(DOCUMENTS).toEqual(expect.arrayContaining(EXPECTED))
  expect(DOCUMENTS.filter((document) => document !== 'README.md' && !named.includes(document))).toEqual([])
})

const EXPECTED = [
  ...['README.md', 'STYLE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'],
  ...['architecture', 'upload-format', 'configuration', 'operations', 'glossary'].map(
    (name) => `docs/${name}.md`,
  ),
]

test('every link and every file that a document names is there', () => {
  const missing = DOCUMENTS.flatMap((document) => {
    const links = linksOf(document).map((link) => join(dirname(document), link))
    return [...links, ...filesNamedIn(document)]
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${document}: ${path}`)
  })
  expect(missing).toEqual([])
})

test('every heading that a link leads to is there', () => {
  const missing = DOCUMENTS.flatMap((document) =>
    linksIn(document)
      .filter((link) => link.includes('#'))
      .filter((link) => {
        const [file = '', anchor = ''] = link.split('#')
        const path = file === '' ? document : join(dirname(document), file)
        return path.endsWith('.md') && !anchorsOf(path).includes(anchor)
      })
      .map((link) => `${document}: ${link}`),
  )
  expect(missing).toEqual([])
  expect(anchorsOf('README.md')).toContain('try-it')
})

test('every npm script and every command that a document names is there', () => {
  const { scripts } = JSON.parse(textOf('package.json'))
  const missing = DOCUMENTS.flatMap((document) => {
    const text = textOf(document)
    return [
      ...scriptsNamedIn(text).filter((name) => !scripts[name]),
      ...commandsNamedIn(text).filter((name) => !existsSync(join(root, `src/cli/commands/${name}.ts`))),
    ].map((name) => `${document}: ${name}`)
  })
  expect(missing).toEqual([])
  expect(scriptsNamedIn('npm start, `npm run test:only -- x`, npm ci')).toEqual(['start', 'test:only'])
  expect(commandsNamedIn('`muster serve` and\nbin/muster migrate\nmuster demo')).toEqual([
    'serve',
    'migrate',
    'demo',
  ])
})

test('nothing here names a package registry, or a folder of somebody’s machine', () => {
  const registry = /https?:\/\/[^\s"'`)/]*(?:registry|artifactory|nexus|npmjs|npm-mirror)[^\s"'`)/]*/
  const machine = /(?:^|[\s"'`(=:])(?:\/(?:home|Users)\/\w|\/root\/|[A-Z]:\\Users\\)/m
  const self = 'test/structure/documents.test.ts'
  const files = [...textFiles(), 'package-lock.json'].filter((path) => path !== self)
  expect(files.filter((path) => registry.test(textOf(path)))).toEqual([])
  expect(files.filter((path) => machine.test(textOf(path)) || textOf(path).includes(`${root}/`))).toEqual([])
  expect('"resolved": "https://registry.example/pg.tgz"').toMatch(registry)
  expect('cd /home/jo/muster').toMatch(machine)
})

/** Links to other files of the repository, without the part after `#`. */
function linksOf(document: string): string[] {
  return linksIn(document)
    .map((link) => link.replace(/#.*$/, ''))
    .filter((link) => link !== '')
}

function linksIn(document: string): string[] {
  return [...textOf(document).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
}

/** What a link to each heading ends with: its words in lower case, with hyphens between them. */
function anchorsOf(document: string): string[] {
  return [...textOf(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Files named in the text by their path from the root, such as `src/portal.ts`. */
function filesNamedIn(document: string): string[] {
  return [
    ...textOf(document).matchAll(/`((?:src|test|docs|bin|bench|proofs|examples|deploy|\.ci)\/[\w./-]*)`/g),
  ].map(([, path = '']) => path)
}

function scriptsNamedIn(text: string): string[] {
  return [...text.matchAll(/\bnpm (?:run ([a-z:-]+)|(start|test)\b)/g)].map(
    ([, run, own]) => run ?? own ?? '',
  )
}

function commandsNamedIn(text: string): string[] {
  return [...text.matchAll(/(?:^|`|bin\/)muster ([a-z-]+)/gm)].map(([, name = '']) => name)
}
