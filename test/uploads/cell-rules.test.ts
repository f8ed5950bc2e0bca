import { describe, expect, it } from 'vitest'
import { validateCell, validateUpload } from '../support/read-upload.ts'

/** What a cell is read as: its value, or the code of its error; with a warning, both. */
async function read(heading: string, cell: string): Promise<unknown> {
  const { values, id, problems } = await validateCell(heading, cell)
  const { localId: _, ...others } = values
  const value = id ?? Object.values(others)[0]
  const [problem] = problems
  if (!problem) return value
  return problem.severity === 'error' ? problem.code : [value, problem.code]
}

describe('Mobile', () => {
  it.each([
    '07700900123',
    '07700 900 123',
    '07700-900-123',
    '(07700) 900123',
    '07700.900123',
    '+447700900123',
    '+44 7700 900123',
    '+44 (0)7700 900123',
    '+44 07700 900123',
    '00447700900123',
    '0044 (0) 7700 900123',
    '\u202a+44\u00a07700\u00a0900123\u202c',
    '07700–900123',
  ])('%j is read', async (cell) => {
    expect(await read('Mobile', cell)).toBe('+447700900123')
  })

  it.each([
    ['7700900123', 'mobile-without-zero'],
    ['7700 900123', 'mobile-without-zero'],
    ['447700900123', 'mobile-without-plus'],
    ['7700900123.0', 'mobile-without-zero'],
    ['7,700,900,123', 'mobile-without-zero'],
    ["'07700900123", 'text-mark'],
    ['="07700900123"', 'text-mark'],
  ])('%j is read with a warning', async (cell, code) => {
    expect(await read('Mobile', cell)).toEqual(['+447700900123', code])
  })

  it.each([
    '0770090012',
    '077009001234',
    '0113 496 0000',
    '+33 6 12 34 56 78',
    '+4407700',
    '07700 90012x',
    'n/a',
    '07700900123/07700900124',
    '７７００９００１２３',
  ])('%j is refused', async (cell) => {
    expect(await read('Mobile', cell)).toBe('not-a-mobile')
  })

  it.each(['7.7009E+09', '4.47701E+11', '7,7E+09'])('%j is named as what Excel made of it', async (cell) => {
    expect(await read('Mobile', cell)).toBe('scientific-notation')
  })

  it('says what to do, with the value', async () => {
    const { problems } = await validateCell('Mobile', '0113 496 0000')
    expect(problems).toEqual([
      {
        column: 'Mobile',
        code: 'not-a-mobile',
        message: '“0113 496 0000” is not a UK mobile number. Write it as 07700 900123 or +44 7700 900123.',
        value: '0113 496 0000',
        severity: 'error',
      },
    ])
  })
})

describe('names', () => {
  it.each([
    'Jane',
    'Zoë',
    'O’Brien',
    "O'Brien",
    'Smith-Jones',
    'J. R.',
    'Nguyễn Đặng',
    'محمد',
    '李明',
    'Иван',
    'श्रीमती',
    'a'.repeat(64),
    '𝒳'.repeat(64),
  ])('%j is read', async (cell) => {
    expect(await read('FirstName', cell)).toBe(cell)
  })

  it.each([
    ['J4ne', 'invalid-characters'],
    ['Jane <b>', 'invalid-characters'],
    ['Jane, Mary', 'invalid-characters'],
    ['Jane\u202eSmith', 'invalid-characters'],
    ['Jane\nSmith', 'invalid-characters'],
    ['😀', 'invalid-characters'],
    ['a'.repeat(65), 'too-long'],
    ['01/02/2024', 'turned-into-date'],
    ['jane@example.org', 'shifted-columns'],
    ['07700 900123', 'shifted-columns'],
  ])('%j is refused', async (cell, code) => {
    expect(await read('LastName', cell)).toBe(code)
  })

  it('a hostile one takes no time', async () => {
    const begun = performance.now()
    await read('LastName', `${"a' -".repeat(100_000)}!`)
    await read('SecondaryEmail', `${'a.'.repeat(100_000)}@`)
    await read('Title', `x${'\u00a0'.repeat(200_000)}é`)
    expect(performance.now() - begun).toBeLessThan(2000)
  })
})

describe('LocalID and ID', () => {
  it.each([
    ['17', 17],
    ['0017', 17],
    ['17.0', [17, 'id-with-decimals']],
    ['0', 'not-an-id'],
    ['-1', 'not-an-id'],
    ['17.5', 'not-an-id'],
    ['abc', 'not-an-id'],
    ['1.2E+11', 'scientific-notation'],
    ['#N/A', 'error-value'],
    ['9'.repeat(16), 'not-an-id'],
  ])('the ID %j: %j', async (cell, expected) => {
    expect(await read('ID', cell)).toEqual(expected)
  })

  it.each(['00123', 'AG-77', '1E5', 'é 1', '12-34-56', 'Müll/7_ß', '=A1', 'x'.repeat(64)])(
    'the local ID %j is read as it stands',
    async (cell) => {
      const [row] = await validateUpload(`LocalID\n"${cell}"\n`)
      expect(row).toMatchObject({ localId: cell, values: { localId: cell }, problems: [] })
    },
  )

  it.each([
    ['x'.repeat(65), 'too-long'],
    ['7.7E+09', 'scientific-notation'],
    ['1.23457E+11', 'scientific-notation'],
    ['01/02/2024', 'turned-into-date'],
    ['Jan-24', 'turned-into-date'],
    ['02-Mar', 'turned-into-date'],
    ['#REF!', 'error-value'],
    ['a\nb', 'line-break'],
    ['a\tb', 'line-break'],
    ['a\u0007b', 'control-character'],
    ['a\ufffdb', 'unreadable-character'],
  ])('the local ID %j: %s', async (cell, code) => {
    const [row] = await validateUpload(`LocalID\n"${cell}"\n`)
    expect(row).toMatchObject({ localId: null, problems: [{ column: 'LocalID', code }] })
  })

  it.each(['00\u200b1', 'A\u00ad7', '1\u202e2'])('the local ID %j looks like another one', async (cell) => {
    const [row] = await validateUpload(`LocalID\n"${cell}"\n`)
    expect(row).toMatchObject({
      localId: cell.replace(/[\u200b\u00ad\u202e]/, ''),
      problems: [{ code: 'invisible-character', severity: 'warning' }],
    })
    expect(row?.problems[0]?.message).toContain('□')
  })
})

describe('a local ID that looks like another one', () => {
  it.each([
    ['\u0410123', '□123'], // a Cyrillic А
    ['\u0391-7\u039f', '□-7□'], // Greek letters
    ['\uff11\uff12', '□□'], // full-width digits, as an input method leaves them
    ['A\u0661', 'A□'], // an Arabic digit
    ['A\u20137', 'A□7'], // an en dash, as a word processor makes of a hyphen
    ['A\u00a07', 'A□7'], // a no-break space
    ['\u{1d5d4}7', '□7'], // a mathematical A
    ['\u017f7', '□7'], // a long s
  ])('%j is let through with a warning', async (cell, shown) => {
    const [row] = await validateUpload(`LocalID\n"${cell}"\n`)
    expect(row).toMatchObject({
      localId: cell,
      problems: [{ column: 'LocalID', code: 'look-alike-character', severity: 'warning', value: cell }],
    })
    expect(row?.problems[0]?.message).toContain(`“${shown}”`)
  })
})

describe('the other columns', () => {
  it.each([
    ['HideMobile', 'Yes', true],
    ['HideMobile', 'TRUE', true],
    ['HideMobile', 'y', true],
    ['HideMobile', '1', true],
    ['HideFromDirectory', 'No', false],
    ['HideFromDirectory', 'false', false],
    ['HideFromDirectory', 'N', false],
    ['HideFromDirectory', '0', false],
    ['HideFromDirectory', 'perhaps', 'not-yes-or-no'],
    ['Site', 'RX102', 'Ashgrove Clinic'],
    ['Site', 'ashgrove clinic', 'Ashgrove Clinic'],
    ['Site', 'Nowhere', 'unknown-site'],
    ['OrganisationalUnit', 'estates', 'Estates'],
    ['OrganisationalUnit', 'Nowhere', 'unknown-unit'],
    ['OrganisationCode', 'rx1', undefined],
    ['OrganisationCode', 'RX2', 'other-organisation'],
    ['Telephone', '0113 496 0000 ext 12', '0113 496 0000 ext 12'],
    ['Telephone', '1'.repeat(33), 'too-long'],
    ['Title', 'x'.repeat(36), 'too-long'],
    ['JobTitle', '😀'.repeat(128), '😀'.repeat(128)],
    ['JobTitle', '😀'.repeat(129), 'too-long'],
    ['Description', `${'x'.repeat(999)}\n`, 'x'.repeat(999)],
    ['Description', 'x'.repeat(1001), 'too-long'],
    ['JobTitle', '=1+1', '=1+1'],
    ['Department', '-', ['-', 'placeholder-value']],
  ])('%s %j', async (heading, cell, expected) => {
    expect(await read(heading, cell)).toEqual(expected)
  })

  it.each([
    ['jane@example.org', 'jane@example.org'],
    ["o'neil+x@sub.example.co.uk", "o'neil+x@sub.example.co.uk"],
    ['jane@münchen.example', 'jane@münchen.example'],
    ['jane@staff.example', 'email-in-served-domain'],
    ['jane@STAFF.example', 'email-in-served-domain'],
    ['jane@mail.staff.example', 'email-in-served-domain'],
    ['jane@otherstaff.example', 'jane@otherstaff.example'],
    ['jane', 'not-an-email'],
    ['jane@localhost', 'not-an-email'],
    ['jane@@example.org', 'not-an-email'],
    ['Jane <jane@example.org>', 'not-an-email'],
    ['jane@example.org; ann@example.org', 'not-an-email'],
    ['jane..smith@example.org', 'not-an-email'],
    [`${'x'.repeat(65)}@example.org`, 'not-an-email'],
  ])('SecondaryEmail %j', async (cell, expected) => {
    expect(await read('SecondaryEmail', cell)).toBe(expected)
  })

  it('points to the bulk transfer where somebody would be moved', async () => {
    for (const [heading, cell] of [
      ['OrganisationCode', 'RX2'],
      ['OrganisationalUnit', 'Nowhere'],
    ] as const) {
      const { problems } = await validateCell(heading, cell)
      expect(problems[0]?.message).toContain('bulk transfer')
    }
  })
})

describe('what spreadsheets leave behind', () => {
  it.each([
    ['JobTitle', '#N/A', 'error-value'],
    ['Department', '#NAME?', 'error-value'],
    ['Title', '########', 'error-value'],
    ['Telephone', '1.13496E+11', 'scientific-notation'],
    ['JobTitle', '03-Jan', 'turned-into-date'],
    ['Department', '2024-01-03 00:00:00', 'turned-into-date'],
    ['JobTitle', '07700 900123', ['07700 900123', 'shifted-columns']],
    ['Department', 'Yes', ['Yes', 'shifted-columns']],
    ['Title', 'jane@example.org', ['jane@example.org', 'shifted-columns']],
    ['FirstName', 'José', 'José'],
    ['JobTitle', 'CafÃ© manager', 'wrong-encoding'],
    ['LastName', 'SÃ£o', 'wrong-encoding'],
    ['FirstName', 'JosÃ©', 'wrong-encoding'],
    ['JobTitle', 'Nurse â€“ Ward', 'wrong-encoding'],
    ['JobTitle', 'JOÃO', 'JOÃO'],
    ['Description', '01/02/2024', '01/02/2024'],
  ])('%s %j', async (heading, cell, expected) => {
    expect(await read(heading, cell)).toEqual(expected)
  })

  it('a misread name is shown as it probably was', async () => {
    const { problems } = await validateCell('JobTitle', 'CafÃ© manager')
    expect(problems[0]?.message).toContain('“Café manager”')
  })

  it('a long value is shortened in its message', async () => {
    const { problems } = await validateCell('Title', 'word '.repeat(100))
    expect(problems[0]?.message.length).toBeLessThan(160)
    expect(problems[0]?.value?.length).toBeLessThanOrEqual(200)
  })
})
