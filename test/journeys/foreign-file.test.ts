import { expect, test } from 'vitest'
import { isAccessible, person } from '../support/browser.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv, somebody } from '../support/upload.ts'
import { WAYS } from './ways.ts'

const trust = aTrustWith(
  csv('LocalID,FirstName,LastName,Mobile', ...[1, 2, 3].map((n) => `000${n},${somebody(n)}`)),
)

test.each(WAYS)(
  '%s, a file of another system is explained once, and read by itself the next time',
  { timeout: 240_000 },
  async (_, way) => {
    const columns =
      way.options.javaScriptEnabled === false ? 'Matricola;Mansione;Turno' : 'Personalnr.;Befattning;Skift'
    const [key = '', job = '', shift = ''] = columns.split(';')
    const file = (post: string) => ({
      name: 'hr.csv',
      content: csv(columns, `0001;${post};N`, `0002;${post};D`, `0003;${post};N`),
    })
    const ann = await person(trust.browser, trust.muster.url, way.options)
    await ann.signsIn('ann@trust.example')
    await ann.sendsFile(file(`Porter ${way.name}`))
    await ann.waitsFor('hr.csv could not be used')
    await ann.clicks('Say which column is which')
    await ann.sees(/It holds: 0001 · 0002 · 0003/)
    await ann.page.getByLabel(key, { exact: true }).selectOption('LocalID')
    await ann.page.getByLabel(job, { exact: true }).selectOption('LocalID')
    await ann.page.getByLabel('Remember this for files with these headings').check()
    await ann.clicks('Check the file again')
    await ann.sees('There is a problem')
    await isAccessible(ann, 'mapping with errors')
    await ann.page.getByLabel(job, { exact: true }).selectOption('JobTitle')
    await ann.clicks('Check the file again')
    await ann.waitsFor('3 accounts already exist and will be updated.')
    await ann.page.getByText('What we assumed').click()
    await ann.sees(new RegExp(`These columns were ignored.*${shift}`))
    await isAccessible(ann, 'plan of a mapped file')
    await ann.clicks('Update 3 accounts')
    await ann.waitsFor('3 accounts updated')

    await ann.sendsFile(file(`Clerk ${way.name}`))
    await ann.waitsFor('3 accounts already exist and will be updated.')
    expect(ann.complaints).toEqual([])
    await ann.closes()
  },
)
