import sql, { join, raw, type Sql } from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import type { Account } from '../directory/account.ts'
import {
  type AccountFilter,
  MISSABLE_FIELDS,
  type MissableField,
  PRESENT_STATUSES,
} from '../directory/account-filter.ts'
import { ACCOUNT_FIELDS, labelOf } from '../directory/fields.ts'
import { matching } from '../directory/filter-sql.ts'
import { accountReport, WHO_IT_IS } from './account-report.ts'
import { type Asked, type Measures, percent } from './report.ts'

/** People who are there and of whom something that everybody should have isn't known. */
export const DATA_QUALITY_REPORT = accountReport({
  kind: 'data-quality',
  title: 'Data quality',
  question:
    'Of whom is something missing? People who are there and have no mobile, no job title or no site, and how complete each site is.',
  fileName: 'data-quality',
  takes: ['status', 'missing'],
  statuses: PRESENT_STATUSES,
  only: { type: 'User', missing: MISSABLE_FIELDS },
  columns: [
    ...WHO_IT_IS,
    { heading: 'Site', onPage: 'Site', cell: ({ site }) => site ?? '' },
    { heading: 'OrganisationalUnit', cell: ({ organisationalUnit }) => organisationalUnit ?? '' },
    { heading: 'JobTitle', cell: ({ jobTitle }) => jobTitle ?? '' },
    { heading: 'Mobile', cell: ({ mobile }) => mobile ?? '' },
    { heading: 'Missing', onPage: 'Missing', cell: (account) => missingOf(account).map(labelOf).join(', ') },
  ],
  measure,
})

/** So many sites have a bar of their own: those with the most people. */
const MOST_SITES = 20

function missingOf(account: Account): MissableField[] {
  return MISSABLE_FIELDS.filter((field) => account[field] === null)
}

type SiteCounts = { place: string | null; people: number; complete: number; asked: number } & Record<
  MissableField,
  number
>

async function measure(tx: Transaction, asked: Asked, filter: AccountFilter): Promise<Measures> {
  const { missing = MISSABLE_FIELDS, ...everybody } = filter
  const { searched, where } = matching(everybody, 'everything', asked.organisation.id)
  const sites = await tx.rows<SiteCounts>(sql`${searched}
    select a.site as place, count(*) as people, count(*) filter (where ${isNotNull(MISSABLE_FIELDS)}) as complete,
      count(*) filter (where not (${isNotNull(missing)})) as asked,
      ${join(MISSABLE_FIELDS.map(missingCount), ', ')}
    from account a where ${where} group by a.site order by 2 desc, 1`)
  const sumOf = (name: 'people' | 'complete' | 'asked' | MissableField) =>
    sites.reduce((sum, site) => sum + site[name], 0)
  return {
    total: sumOf('asked'),
    figures: [
      { label: 'People', value: sumOf('people') },
      { label: 'With all three', value: sumOf('complete') },
      ...MISSABLE_FIELDS.map((field) => ({
        label: `Without a ${labelOf(field).toLowerCase()}`,
        value: sumOf(field),
      })),
    ],
    pictures: [
      {
        kind: 'bars',
        caption: `People with mobile, job title and site, by site${sites.length > MOST_SITES ? ` (the ${MOST_SITES} largest)` : ''}`,
        counts: 'People who are complete',
        bars: sites.slice(0, MOST_SITES).map(({ place, people, complete }) => ({
          label: place ?? 'No site',
          value: complete,
          share: percent(complete, people),
        })),
      },
    ],
  }
}

function isNotNull(fields: readonly MissableField[]): Sql {
  return raw(fields.map((field) => `a.${ACCOUNT_FIELDS[field].column} is not null`).join(' and '))
}

function missingCount(field: MissableField): Sql {
  return raw(`count(*) filter (where a.${ACCOUNT_FIELDS[field].column} is null) as "${field}"`)
}
