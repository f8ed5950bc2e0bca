import iconv from 'iconv-lite'
import { csvLines } from '../csv/write.ts'
import { exampleOfMistakes } from './example-of-mistakes.ts'
import { newcomersTo, type Person, peopleCsv, peopleOf, statusOf } from './people.ts'
import { TRUST } from './trust.ts'

/** The files in `examples/`, to be sent to the demo's trust as they are. `bin/make-examples` writes them. */
export function exampleFiles(): { name: string; content: Buffer }[] {
  return [
    { name: 'update-staff.csv', content: Buffer.from(updates()) },
    { name: 'update-staff-with-mistakes.csv', content: Buffer.from(exampleOfMistakes(staff())) },
    { name: 'update-staff-excel.csv', content: asExcelSaves(updatesInExcel()) },
    { name: 'create-staff.csv', content: Buffer.from(newPeople()) },
  ]
}

/** Those who have been there for long and are at work. */
function staff(): Person[] {
  return peopleOf(TRUST)
    .slice(0, TRUST.people - TRUST.newStarters)
    .filter((_, n) => statusOf(n) === 'Active')
}

const UPDATED = [
  'localId',
  'firstName',
  'lastName',
  'jobTitle',
  'site',
  'mobile',
  'hideMobile',
  'telephone',
  'description',
] as const

/** A year's ordinary changes: promotions, moves, new numbers, new names; here and there nothing. */
const CHANGES: readonly ((person: Person, n: number) => Partial<Person>)[] = [
  ({ jobTitle }) => ({ jobTitle: `Senior ${jobTitle}` }),
  (_, n) => ({ mobile: `07700 900${String(950 + n).slice(-3)}` }),
  ({ site }) => ({ site: site === TRUST.sites[0]?.name ? 'ZN102' : 'ZN101' }),
  ({ telephone }) => ({ telephone: telephone ? '[clear]' : '01632 960555 ext 2100' }),
  () => ({ description: 'Fire warden for the first floor, "north" side; works Tuesdays' }),
  ({ hideMobile }) => ({ hideMobile: hideMobile === 'Yes' ? 'No' : 'Yes' }),
  () => ({}),
  ({ lastName }) => ({ lastName: `${lastName}-Hartley`, jobTitle: 'Team Leader' }),
]

function updates(): string {
  const people = every(staff(), 47).slice(0, 40)
  const changed = people.map((person, n) => ({ ...person, ...CHANGES[n % CHANGES.length]?.(person, n) }))
  return peopleCsv(changed, UPDATED)
}

/** Excel, opened with a double click, has taken the mobiles for numbers and Yes and No for its own words. */
function updatesInExcel(): string {
  const people = every(staff().filter(isWesternWithAccents), 3).slice(0, 24)
  const rows = people.map((person, n) => [
    person.localId,
    person.title ?? '',
    person.firstName,
    person.lastName,
    n % 3 === 0 ? `${person.jobTitle} – Band ${5 + (n % 4)}` : (person.jobTitle ?? ''),
    n % 4 === 1 ? 'Children’s Services' : '',
    person.mobile.replace(/\D/g, '').replace(/^0/, ''),
    person.hideMobile === 'Yes' ? 'TRUE' : 'FALSE',
  ])
  return csvLines([
    ['Local ID', 'Title', 'First name', 'Last name', 'Job title', 'Department', 'Mobile', 'Hide mobile'],
    ...rows,
  ])
}

function isWesternWithAccents({ firstName, lastName }: Person): boolean {
  const name = `${firstName} ${lastName}`
  return /[^ -~]/.test(name) && iconv.decode(asExcelSaves(name), 'windows-1252') === name
}

function asExcelSaves(text: string): Buffer {
  return iconv.encode(text, 'windows-1252')
}

/** Twelve new people, two who are probably there already, and one who is in it twice. */
function newPeople(): string {
  const [first, second] = every(staff(), 301) as [Person, Person]
  const [last, another, twice, again] = newcomersTo(TRUST, 16).slice(12) as [Person, Person, Person, Person]
  return peopleCsv([
    ...newcomersTo(TRUST, 12),
    { ...last, firstName: first.firstName, lastName: first.lastName, mobile: first.mobile },
    { ...another, localId: second.localId.replace(/^0+/, '') },
    twice,
    { ...twice, localId: again.localId, jobTitle: 'Bank Staff' },
  ])
}

function every<T>(list: readonly T[], nth: number): T[] {
  return list.filter((_, at) => at % nth === 5 % nth)
}
