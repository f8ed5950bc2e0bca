import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { textOf } from '../structure/repository.ts'
import { emptyDatabase, muster } from './muster.ts'

const DOCUMENT = textOf('docs/cli.md')

let database: Awaited<ReturnType<typeof emptyDatabase>>
const run = (...parameters: string[]) => muster({ DATABASE_URL: database.url }, ...parameters)

beforeAll(async () => {
  database = await emptyDatabase()
})

afterAll(() => database[Symbol.asyncDispose]())

describe('from an empty database to a token, in the order of the README', () => {
  test('migrate makes the tables, and does nothing the second time', async () => {
    expect(await run('migrate')).toMatchObject({ code: 0, stdout: /^Done: 0001-organisations\.sql, / })
    expect(await run('migrate')).toMatchObject({
      code: 0,
      stdout: 'The database is up to date.\n',
      stderr: '',
    })
    expect(await run('migrate', '--json')).toMatchObject({ code: 0, stdout: '{"migrated":[]}\n' })
  })

  test('organisation add', async () => {
    const added = await run(
      'organisation',
      'add',
      'rx1',
      'Northbridge',
      '--site',
      'RX101=City Hospital',
      '--unit',
      'Surgery',
      '--unit',
      'Surgery > Theatres',
    )
    expect(added).toMatchObject({ code: 0, stdout: 'Northbridge (RX1) is added.\n', stderr: '' })
    const again = await run('organisation', 'add', 'RX1', 'Northbridge')
    expect(again).toMatchObject({
      code: 1,
      stdout: '',
      stderr: /^There already is an organisation .* RX1\.\n$/,
    })
    const json = await run('organisation', 'add', 'RY2', 'Southbridge', '--json')
    expect(JSON.parse(json.stdout)).toEqual({ id: expect.any(Number), code: 'RY2', name: 'Southbridge' })
    expect(await run('organisation', 'add', 'RZ3', 'X', '--site', 'nothing')).toMatchObject({
      code: 1,
      stderr: /“nothing” is not a site/,
    })
  })

  test('administrator add prints the link', async () => {
    const added = await run(
      'administrator',
      'add',
      'jo@rx1.example',
      '--role',
      'local-administrator',
      '--organisation',
      'RX1',
    )
    expect(added).toMatchObject({ code: 0, stdout: /\nhttp:\/\/\S+\/password\/set\?link=\S+\n$/, stderr: '' })
    const json = await run(
      'administrator',
      'add',
      'al@rx1.example',
      '--role',
      'auditor',
      '--organisation',
      'RX1',
      '--json',
    )
    expect(JSON.parse(json.stdout)).toEqual({
      email: 'al@rx1.example',
      role: 'auditor',
      link: expect.stringMatching(/^http/),
    })
    const noRole = await run(
      'administrator',
      'add',
      'x@rx1.example',
      '--role',
      'boss',
      '--organisation',
      'RX1',
    )
    expect(noRole).toMatchObject({ code: 1, stderr: /“boss” is not a role/ })
    const nowhere = await run(
      'administrator',
      'add',
      'x@rx1.example',
      '--role',
      'auditor',
      '--organisation',
      'NOPE',
    )
    expect(nowhere).toMatchObject({ code: 1, stderr: /no organisation with the code NOPE/ })
  })

  test('token create prints the token alone, so that a script can keep it', async () => {
    const made = await run('token', 'create', '--email', 'JO@rx1.example')
    expect(made).toMatchObject({ code: 0, stdout: /^muster_[\w-]{40,}\n$/, stderr: '' })
    expect(JSON.parse((await run('token', 'create', '--email', 'jo@rx1.example', '--json')).stdout)).toEqual({
      token: expect.stringMatching(/^muster_/),
    })
    const nobody = await run('token', 'create', '--email', 'nobody@rx1.example')
    expect(nobody).toMatchObject({
      code: 1,
      stdout: '',
      stderr: /no administrator with the address nobody@rx1/,
    })
  })

  test('demo leaves a database alone that holds something else', async () => {
    expect(await run('demo')).toMatchObject({ code: 1, stderr: /^The database is not empty/ })
  })
})

test.each([
  [['serve'], 'muster serve'],
  [['start'], 'muster start'],
  [['migrate'], 'muster migrate'],
  [['demo'], 'muster demo'],
  [['organisation', 'add'], 'muster organisation add RX1'],
  [['administrator', 'add'], 'muster administrator add '],
  [['administrator', 'list'], 'muster administrator list'],
  [['administrator', 'disable'], 'muster administrator disable '],
  [['administrator', 'enable'], 'muster administrator enable '],
  [['administrator', 'role', 'remove'], 'muster administrator role remove '],
  [['administrator', 'sessions', 'end'], 'muster administrator sessions end '],
  [['token', 'create'], 'muster token create --email'],
  [['token', 'list'], 'muster token list'],
  [['token', 'revoke'], 'muster token revoke 7'],
  [['upload'], 'muster upload people.csv --organisation RX1'],
  [['report'], 'muster report mailbox --organisation RX1 -o'],
  [['export'], 'muster export --organisation RX1 -o'],
])('muster %s --help has an example, the exit codes and --json', async (parameters, example) => {
  const { code, stdout } = await muster({}, ...parameters, '--help')
  expect(code).toBe(0)
  expect(stdout).toContain(`Usage: muster ${parameters.join(' ')} `)
  expect(stdout).toMatch(new RegExp(`Example:\n.*${example}`))
  expect(stdout).toMatch(/Exit codes:\n {2}0 {2}/)
  expect(stdout).toContain('--json')
  expect(DOCUMENT).toContain(`### \`muster ${parameters.join(' ')}`)
  const options = [...stdout.matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option)
  expect(options.filter((option) => option !== '--output' && !DOCUMENT.includes(option as string))).toEqual(
    [],
  )
})

describe('what is wrong is said in a plain sentence, without a stack trace', () => {
  test.each([
    ['a wrong setting', { PORT: 'abc' }, ['migrate'], /PORT: /],
    [
      'no such database',
      { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
      ['migrate'],
      /nothing answers there/,
    ],
    ['an unknown command', {}, ['destroy'], /unknown command 'destroy'/],
    ['a missing option', {}, ['upload', 'x.csv'], /'--organisation <code>' not specified/],
    ['no token', {}, ['upload', 'x.csv', '--organisation', 'RX1'], /set MUSTER_TOKEN/],
    [
      'no file',
      { MUSTER_TOKEN: 't' },
      ['upload', '/no/such.csv', '--organisation', 'RX1'],
      /There is no file/,
    ],
    ['a folder', { MUSTER_TOKEN: 't' }, ['upload', '/tmp', '--organisation', 'RX1'], /is a folder/],
    [
      'no portal',
      { MUSTER_TOKEN: 't', MUSTER_URL: 'http://127.0.0.1:1' },
      ['export', '--organisation', 'RX1', '-o', '-'],
      /No portal answers at http:\/\/127\.0\.0\.1:1 /,
    ],
    [
      'no address',
      { MUSTER_TOKEN: 't', MUSTER_URL: 'nonsense' },
      ['export', '--organisation', 'RX1', '-o', '-'],
      /“nonsense” is not an address/,
    ],
  ] as [string, Record<string, string>, string[], RegExp][])(
    '%s',
    async (_what, settings, parameters, says) => {
      const ended = await muster(settings, ...parameters)
      expect(ended).toMatchObject({ code: 1, stdout: '', stderr: says })
      expect(ended.stderr).not.toMatch(/\n {4}at /)
    },
  )

  test('unless it is asked for', async () => {
    const settings = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', LOG_LEVEL: 'debug' }
    expect(await muster(settings, 'migrate')).toMatchObject({ code: 1, stderr: /\n {4}at / })
  })
})
