import { describe, expect, it } from 'vitest'
import { CONTEXT, validateCell, validateUpload } from '../support/read-upload.ts'

describe('a good row', () => {
  it('becomes values, trimmed, in NFC, with LF', async () => {
    const [row] = await validateUpload(
      [
        'ID,LocalID,Title,FirstName,MiddleName,LastName,JobTitle,Department,OrganisationCode,Site,OrganisationalUnit,Mobile,HideMobile,Telephone,SecondaryEmail,Description,HideFromDirectory',
        '17, 0012 ,Dr,Zoe\u0308,\u00a0Mary\u00a0,O’Brien-Łukasz,Nurse,Ward 2,rx1,rx101,ESTATES,07700 900123,y,0113 496 0000,zoe@example.org,"a\r\nb\rc",No',
      ].join('\n'),
    )
    expect(row).toEqual({
      row: 2,
      id: 17,
      localId: '0012',
      values: {
        localId: '0012',
        title: 'Dr',
        firstName: 'Zoë',
        middleName: 'Mary',
        lastName: 'O’Brien-Łukasz',
        jobTitle: 'Nurse',
        department: 'Ward 2',
        site: 'St Mary’s Hospital',
        organisationalUnit: 'Estates',
        mobile: '+447700900123',
        hideMobile: true,
        telephone: '0113 496 0000',
        secondaryEmail: 'zoe@example.org',
        description: 'a\nb\nc',
        hideFromDirectory: false,
      },
      problems: [],
    })
  })

  it('leaves out what its cells leave empty, invisible characters included', async () => {
    const [row] = await validateUpload('LocalID,Title,JobTitle,Mobile,Site\n1,,  , \u00a0\u200b\ufeff,\n')
    expect(row).toEqual({ row: 2, id: null, localId: '1', values: { localId: '1' }, problems: [] })
  })
})

describe('[clear]', () => {
  it.each([
    'Title',
    'MiddleName',
    'JobTitle',
    'Department',
    'Site',
    'Telephone',
    'SecondaryEmail',
    'Description',
  ])('empties %s', async (heading) => {
    const row = await validateCell(heading, ' [Clear] ')
    expect(row.problems).toEqual([])
    expect(Object.values(row.values)).toEqual(['1001', null])
  })

  it.each(['HideMobile', 'HideFromDirectory'])('sets %s to No', async (heading) => {
    expect(Object.values((await validateCell(heading, '[CLEAR]')).values)).toEqual(['1001', false])
  })

  it.each(['ID', 'FirstName', 'LastName', 'Mobile', 'OrganisationCode'])(
    'is refused for %s',
    async (heading) => {
      const row = await validateCell(heading, '[clear]')
      expect(row.problems).toMatchObject([
        { column: heading, code: 'cannot-clear', value: '[clear]', severity: 'error' },
      ])
    },
  )

  it('is refused for LocalID, and empties Mobile where the setting allows it', async () => {
    expect((await validateUpload('LocalID\n[clear]\n'))[0]?.problems).toMatchObject([
      { code: 'cannot-clear' },
    ])
    const context = { ...CONTEXT, mobileRequired: false }
    const [row] = await validateUpload('LocalID,Mobile\n1,[clear]\n', {}, context)
    expect(row?.values).toEqual({ localId: '1', mobile: null })
  })
})

describe('the row as a whole', () => {
  it('must say whom it is about', async () => {
    const [row] = await validateUpload('External Sync ID,ID,Title\n,,Dr\n')
    expect(row?.problems).toMatchObject([
      {
        column: 'External Sync ID',
        code: 'missing-local-id',
        message: expect.stringContaining('no External Sync ID and no ID'),
      },
    ])
    expect((await validateUpload('ID,Title\n5,Dr\n'))[0]?.problems).toEqual([])
  })

  it('is not told so besides when the cell is filled but wrong', async () => {
    const [row] = await validateUpload('LocalID,Title\n7.7E+09,Dr\n')
    expect(row?.problems.map(({ code }) => code)).toEqual(['scientific-notation'])
  })

  it('has all its problems listed at once, each under the person’s own heading', async () => {
    const [row] = await validateUpload('Local ID,first name,Mobile,hide_mobile\n1,J4ne,12,maybe\n')
    expect(row?.problems.map(({ column, code }) => [column, code])).toEqual([
      ['first name', 'invalid-characters'],
      ['Mobile', 'not-a-mobile'],
      ['hide_mobile', 'not-yes-or-no'],
    ])
  })

  it('is told where a character was lost in a column that isn’t read', async () => {
    const [row] = await validateUpload('LocalID,Notes\n1,Caf\ufffd\n')
    expect(row).toMatchObject({
      localId: '1',
      problems: [{ column: 'Notes', code: 'unreadable-character', severity: 'warning' }],
    })
  })

  it('has no values when its cells cannot be told apart', async () => {
    const [row] = await validateUpload('LocalID,JobTitle\n1,Nurse, Ward 2\n')
    expect(row).toMatchObject({
      localId: null,
      values: {},
      problems: [{ column: null, code: 'too-many-cells', severity: 'error' }],
    })
  })
})
