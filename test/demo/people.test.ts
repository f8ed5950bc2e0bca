import { expect, test } from 'vitest'
import { newcomersTo, peopleCsv, peopleOf } from '../../src/demo/people.ts'
import { ORGANISATIONS, TRUST } from '../../src/demo/trust.ts'
import { ruleContext } from '../../src/directory/value-rules.ts'
import { validateUpload } from '../support/read-upload.ts'

test.each(ORGANISATIONS)(
  'the people of $code are the same every time, and all different',
  async (organisation) => {
    const people = peopleOf(organisation)
    expect(people).toHaveLength(organisation.people)
    expect(peopleOf(organisation)).toEqual(people)
    expect(new Set(people.map((one) => one.localId)).size).toBe(people.length)
    const looks = people.map((one) => `${one.firstName} ${one.lastName} ${one.mobile}`.toLowerCase())
    expect(new Set(looks).size).toBe(people.length)
  },
)

test.each(ORGANISATIONS)('the people of $code are a file without a fault', async (organisation) => {
  const people = [...peopleOf(organisation), ...newcomersTo(organisation, 20)]
  const rows = await validateUpload(
    peopleCsv(people),
    { mode: 'create' },
    { rules: ruleContext(organisation, 'staff.example'), mobileRequired: true },
  )
  expect(rows).toHaveLength(people.length)
  expect(rows.flatMap((row) => row.problems)).toEqual([])
})

test('names are of many origins', () => {
  const names = peopleOf(TRUST).map((one) => `${one.firstName} ${one.lastName}`)
  for (const mark of [/'/, /’/, /-/, /ł/i, /ñ/, /ß/, /Ş/i, /ễ|ạ|Đ/i]) {
    expect(names.filter((name) => mark.test(name)).length, String(mark)).toBeGreaterThan(0)
  }
})
