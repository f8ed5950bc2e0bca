import { BYTE_ORDER_MARK, csvLine, csvLines } from '../csv/write.ts'
import { type Person, peopleOf, statusOf } from './people.ts'
import { TRUST } from './trust.ts'

const HEADINGS = [
  'ID',
  'LocalID',
  'FirstName',
  'LastName',
  'JobTitle',
  'OrganisationCode',
  'Site',
  'OrganisationalUnit',
  'Mobile',
  'HideMobile',
  'Telephone',
  'SecondaryEmail',
  'EmailAddress',
  'Description',
  'Password',
  'Version',
  'StartsOn',
  'WhatIsWrong',
] as const

type Cells = Partial<Record<(typeof HEADINGS)[number], string>>

/** What is wrong, and the cells that are. The rest of the row is the person's own. */
const MISTAKES: readonly [string, Cells][] = [
  ['Nothing: a new job title', { JobTitle: 'Practice Educator' }],
  ['Nothing: a new mobile, and no telephone any more', { Mobile: '+44 7700 900998', Telephone: '[clear]' }],
  ['The password column is ignored', { JobTitle: 'Clinical Educator', Password: 'never-kept' }],
  ['Can be repaired: the local ID has lost its leading zeros', { LocalID: 'without zeros' }],
  [
    'Nobody has this local ID',
    { LocalID: '00099999', FirstName: 'Nobody', LastName: 'Known', Mobile: '07700 900000' },
  ],
  ['A wrong local ID, but the name and mobile of someone', { LocalID: '00088888', Mobile: 'own' }],
  ['No local ID', { LocalID: '' }],
  ['Nobody has this address, and it has no local ID', { LocalID: '', EmailAddress: 'nobody@staff.example' }],
  ['The local ID as Excel shows a long number', { LocalID: '1.02E+07' }],
  ['Let through, but look: a local ID with an invisible character', { ID: 'own', LocalID: '0009\u200B9001' }],
  ['Let through, but look: a local ID with a Cyrillic letter', { ID: 'own', LocalID: '\u0410G-9001' }],
  ['Let through, but look: a local ID of more than 15 digits', { ID: 'own', LocalID: '12345678901234500' }],
  ['Can be repaired: the local ID as a number with decimals', { LocalID: 'with decimals' }],
  ['An account ID that isn’t a number', { ID: 'A12' }],
  ['An account ID that nobody has', { ID: '999999999' }],
  ['Account ID and local ID are two people’s', { ID: '1' }],
  ['Read all the same: an account ID with decimals', { ID: 'own.0', LocalID: '' }],
  ['Left out, but look: a different person', { FirstName: 'Somebody', LastName: 'Quite-Different' }],
  ['The mobile is too short', { Mobile: '07700 9001' }],
  ['The mobile as Excel shows a long number', { Mobile: '7.7009E+09' }],
  ['Read all the same: the mobile without its zero', { Mobile: '7700900321' }],
  ['Read all the same: the mobile without its plus', { Mobile: '447700900322' }],
  ['A digit in a name', { LastName: 'Sm1th' }],
  ['An address where a name should be', { LastName: 'pat@example.org' }],
  ['Let through, but look: a mobile where the job title should be', { JobTitle: '07700 900123' }],
  ['A name read in the wrong encoding', { FirstName: 'JosÃ©' }],
  ['A character was lost when the file was saved', { LastName: 'Mu\uFFFDoz' }],
  ['An invisible control character', { JobTitle: 'Staff\u0007Nurse' }],
  ['A date where a job title was', { JobTitle: '01/02/2024' }],
  ['A sign as web pages write it', { JobTitle: 'Health &amp; Safety Lead' }],
  ['Let through, but look: a letter may be lost', { JobTitle: 'Caf? Manager' }],
  ['Read all the same: text as spreadsheets keep it', { JobTitle: '="Porter"' }],
  ['Let through, but look: a word that means nothing', { Telephone: 'N/A' }],
  ['Nearly the word that empties', { Telephone: '[clear].' }],
  ['Read all the same: a telephone number without its zero', { Telephone: '1632960555' }],
  ['Read all the same: a telephone number without its plus', { Telephone: '441632960556' }],
  ['A formula that failed', { JobTitle: '#N/A' }],
  ['A job title of 140 characters', { JobTitle: 'Consultant '.repeat(13).slice(0, 140) }],
  ['Neither Yes nor No', { HideMobile: 'maybe' }],
  ['Two lines in a telephone number', { Telephone: '01632 960100\n01632 960101' }],
  ['No e-mail address', { SecondaryEmail: 'pat(at)example.org' }],
  ['An address with a Cyrillic letter', { SecondaryEmail: 'p\u0430t@example.org' }],
  ['A sign that turns letters round', { Telephone: '01632 \u202E960100' }],
  ['An address of the directory itself', { SecondaryEmail: 'pat@staff.example' }],
  ['A site that the trust doesn’t have', { Site: 'Northmoor Genral Hospital' }],
  ['A unit that the trust doesn’t have', { OrganisationalUnit: 'Emergancy Care' }],
  ['Another unit: that needs a transfer', { OrganisationalUnit: 'another' }],
  ['Another organisation: that needs a transfer', { OrganisationCode: 'ZF2' }],
  ['A last name can’t be emptied', { LastName: '[clear]' }],
  ['Let through, but look: capital letters alone', { JobTitle: 'in capitals' }],
  ['Read as what is there: a no-break space', { JobTitle: 'with a no-break space' }],
  ['Left out: a row of the filled sample', { LocalID: '0012345', FirstName: 'Zoë', LastName: 'Okafor' }],
  ['No date', { StartsOn: '31/02/2026' }],
  ['A date with the month first', { StartsOn: '12/31/2025' }],
  ['Read all the same: a date that could be another', { StartsOn: '01/12/2025' }],
  ['Read all the same: a date as a spreadsheet counts days', { StartsOn: '45658' }],
  ['A version that isn’t a number', { JobTitle: 'Porter', Version: 'the newest' }],
]

/** An update file with every kind of mistake that the check knows, one a row, and a few rows that are right. */
export function exampleOfMistakes(staff: readonly Person[]): string {
  const people = staff.filter((_, n) => n % 31 === 9)
  const mistakes = MISTAKES.map(([what, cells], n) => rowOf(people[n] as Person, cells, what))
  const others = people.slice(MISTAKES.length)
  const [twice, split, short, open, swallowed, other, joined] = others as [
    Person,
    Person,
    Person,
    Person,
    Person,
    Person,
    Person,
  ]
  return (
    BYTE_ORDER_MARK +
    csvLines([HEADINGS, ...mistakes]) +
    csvLines([
      rowOf(withStatus('Leaver'), { JobTitle: 'Porter' }, 'Has left'),
      rowOf(withStatus('Deleted'), { JobTitle: 'Porter' }, 'Is deleted'),
      rowOf(twice, { JobTitle: 'Porter' }, 'Twice in the file'),
      rowOf(twice, { JobTitle: 'Driver' }, 'Twice in the file'),
      [...rowOf(split, { JobTitle: 'Manager' }, 'One cell too many'), 'Estates'],
      rowOf(short, { JobTitle: 'Porter' }, 'Too few cells').slice(0, 6),
      rowOf(
        open,
        { Description: `First aider\r\n${csvLine(rowOf(swallowed, {}, ''))}` },
        'A quote swallowed a row',
      ),
      [rowOf(other, { JobTitle: 'Porter' }, 'Semicolons between the cells').join(';')],
      [...HEADINGS],
    ]) +
    `${rowOf(joined, { JobTitle: 'Porter"Nights', OrganisationCode: ' weekends"' }, 'A comma is lost before a quote mark').join(',')}\r\n` +
    csvLines([
      rowOf(people.at(-1) as Person, { JobTitle: 'Volunteer Coordinator' }, 'Nothing: a new job title'),
    ])
  )
}

function withStatus(status: 'Leaver' | 'Deleted'): Person {
  return peopleOf(TRUST).find((_, n) => statusOf(n) === status) as Person
}

function rowOf(person: Person, cells: Cells, what: string): string[] {
  const own: Cells = { LocalID: person.localId, FirstName: person.firstName, LastName: person.lastName }
  const row: Cells = { ...own, ...cells, WhatIsWrong: what }
  if (cells.LocalID === 'without zeros') row.LocalID = person.localId.replace(/^0+/, '')
  if (cells.ID) row.ID = cells.ID.replace('own', String(idOf(person)))
  if (cells.LocalID === 'with decimals') row.LocalID = `${Number(person.localId)}.0`
  if (cells.JobTitle === 'in capitals') row.JobTitle = person.jobTitle?.toUpperCase() ?? ''
  if (cells.JobTitle === 'with a no-break space') row.JobTitle = person.jobTitle?.replace(' ', '\u00A0') ?? ''
  if (cells.Mobile === 'own') row.Mobile = person.mobile
  if (cells.OrganisationalUnit === 'another') {
    row.OrganisationalUnit = person.organisationalUnit === 'Pharmacy' ? 'Finance' : 'Pharmacy'
  }
  return HEADINGS.map((heading) => row[heading] ?? '')
}

/** The demo's own trust is the first that is filled, so its people have the first account IDs. */
function idOf(person: Person): number {
  return peopleOf(TRUST).findIndex(({ localId }) => localId === person.localId) + 1
}
