import { expect, test } from 'vitest'
import { isAccessible, type Person, person } from '../support/browser.ts'
import { cellsOf } from '../support/cells.ts'
import { makeActor } from '../support/portal.ts'
import { givePassword } from '../support/serving.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv, somebody } from '../support/upload.ts'
import { WAYS } from './ways.ts'

// Each way has six people of its own.
const PEOPLE = WAYS.flatMap((_, at) =>
  [1, 2, 3, 4, 5, 6].map((n) => `${localId(at, n)},${somebody(at * 10 + n)},Nurse`),
)
const trust = aTrustWith(
  csv('LocalID,FirstName,LastName,Mobile,JobTitle', ...PEOPLE),
  async (portal, organisation) => {
    const bob = await makeActor(portal, 'bob@trust.example', 'local-administrator', organisation)
    await givePassword(portal, bob)
  },
)

const ways = WAYS.map(([title, way], at) => [title, way, at] as const)

function localId(way: number, n: number): string {
  return `00${way + 1}${n}`
}

async function signedIn(who: string, options: object): Promise<Person> {
  const somebody = await person(trust.browser, trust.muster.url, options)
  await somebody.signsIn(`${who}@trust.example`)
  return somebody
}

test.each(ways)(
  '%s, lost zeros are repaired by one press, and told in the results',
  { timeout: 240_000 },
  async (_, way, at) => {
    const ann = await signedIn('ann', way.options)
    const rows = [1, 2, 3].map((n) => `${Number(localId(at, n))},Matron ${way.name}`)
    await ann.sendsFile({ name: 'zeros.csv', content: csv('LocalID,JobTitle', ...rows) })
    await ann.waitsFor('3 rows have errors and will be left out.')
    await ann.sees(/Local ID that lost its leading zeros: 3 rows/)
    await isAccessible(ann, 'damage')
    await ann.clicks('Use the repaired values (3)')
    await ann.sees('3 accounts already exist and will be updated.')
    await ann.sees('The repaired values are used.')
    await ann.clicks('Update 3 accounts')
    await ann.waitsFor('3 accounts updated')
    const [headings, first] = cellsOf((await ann.downloads('Download results')).text)
    expect(headings?.slice(0, 4)).toEqual(['LocalID', 'JobTitle', 'Result', 'ResultDetail'])
    expect(first?.slice(0, 3)).toEqual([String(Number(localId(at, 1))), `Matron ${way.name}`, 'Updated'])
    expect(first?.[3]).toContain('The repaired value was used')
    expect(ann.complaints).toEqual([])
    await ann.closes()
  },
)

test.each(ways)(
  '%s, different people are left out, and let through by choice',
  { timeout: 240_000 },
  async (_, way, at) => {
    const ann = await signedIn('ann', way.options)
    const names = ['Priya,Raman', 'Tomasz,Wilk']
    const others = names.map((name, n) => `${localId(at, 4 + n)},${name},07700 9008${at}${n},Cook`)
    const file = csv('LocalID,FirstName,LastName,Mobile,JobTitle', ...others, `${localId(at, 6)},,,,Cook`)
    await ann.sendsFile({ name: 'sorted.csv', content: file })
    await ann.waitsFor('1 account already exists and will be updated.')
    await ann.sees(/2 rows seem to be about different people: they are left out, unless you decide otherwise/)
    await ann.clicks('Different person? (2)')
    await ann.sees('In the directory')
    await isAccessible(ann, 'different people')
    await ann.page
      .getByRole('group', { name: /of row 2/ })
      .getByLabel('It is the same person: update the account')
      .check()
    if (way.isScripted) await ann.clicks('Update 2 accounts')
    else await ann.clicks(/Update 1 account|Apply what you chose/)
    await ann.waitsFor('2 accounts updated')
    const results = cellsOf((await ann.downloads('Download results')).text)
    expect(results.map((row) => [row[0], row[5]])).toEqual([
      ['LocalID', 'Result'],
      [localId(at, 4), 'Updated'],
      [localId(at, 5), 'Skipped'],
      [localId(at, 6), 'Updated'],
    ])
    expect(ann.complaints).toEqual([])
    await ann.closes()
  },
)

test.each(ways)(
  '%s, what a colleague changed meanwhile is left, and a conflict is settled',
  { timeout: 240_000 },
  async (_, way, at) => {
    const ann = await signedIn('ann', way.options)
    await ann.goesTo('/reports')
    await ann.clicks(/^Run.*: Export as upload file/)
    await ann.waitsFor('Run again: Export as upload file')
    const exported = cellsOf((await ann.downloads(/Download CSV.*Export as upload file/)).text)
    const headings = exported[0] as string[]
    const column = (name: string) => headings.indexOf(name)
    const row = (n: number) =>
      exported.find((cells) => cells[column('LocalID')] === localId(at, n)) as string[]

    const bob = await signedIn('bob', {})
    for (const n of [1, 6]) {
      await bob.goesTo(`/accounts/${row(n)[column('ID')]}/edit`)
      await bob.page.getByLabel('Job title').fill(`Bob’s ${way.name}`)
      await bob.clicks('Save')
      await bob.sees(`Bob’s ${way.name}`)
    }
    await bob.closes()

    const touched = row(1).with(column('JobTitle'), `Ann’s ${way.name}`).with(column('Department'), 'Wards')
    const lines = [headings, touched, row(6)].map((cells) => cells.map((cell) => `"${cell}"`).join(','))
    await ann.sendsFile({ name: 'export.csv', content: csv(...lines) })
    await ann.waitsFor(
      /1 row would undo what others have changed: it is left out, unless you decide otherwise/,
    )
    await ann.clicks('Conflicts (1)')
    await ann.sees(/bob/i)
    await isAccessible(ann, 'conflict')
    await ann.page.getByLabel('Use the values of the file').check()
    await ann.clicks(way.isScripted ? 'Update 1 account' : 'Apply what you chose')
    await ann.waitsFor('1 account updated')
    await ann.goesTo(`/accounts/${row(1)[column('ID')]}`)
    await ann.sees(`Ann’s ${way.name}`)
    await ann.sees('Wards')
    await ann.goesTo(`/accounts/${row(6)[column('ID')]}`)
    await ann.sees(`Bob’s ${way.name}`)
    expect(ann.complaints).toEqual([])
    await ann.closes()
  },
)
