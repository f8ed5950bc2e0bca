import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { savedInCalc } from '../../proofs/spreadsheets/save-in-calc.ts'
import { person } from '../support/browser.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv } from '../support/upload.ts'

const trust = aTrustWith(
  csv(
    'LocalID,FirstName,LastName,Mobile,JobTitle,Telephone,Description',
    '00010234,Siobhán,O’Hara,07700 900001,Nurse of the night,0113 496 0101,=1+1',
    '1-2,Łukasz,Nowak-Smith,07700 900002,Porter,+44 113 496 0102,-1',
    '0x1F,Zoë,Okafor,07700 900003,TRUE,01134960103,=HYPERLINK(1)',
    '10241,Ann,Lee,07700 900004,0012,,+1',
  ),
)

const isThere = spawnSync('soffice', ['--version']).status === 0
const where = isThere ? '' : ' (skipped: soffice, LibreOffice Calc, isn’t installed)'

test.skipIf(!isThere)(
  `the export, edited in LibreOffice and saved by its defaults, changes what was edited and nothing else${where}`,
  { timeout: 240_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-calc-'))
    const ann = await person(trust.browser, trust.muster.url)
    await ann.signsIn('ann@trust.example')
    await ann.goesTo('/reports')
    await ann.clicks(/^Run.*: Export as upload file/)
    await ann.waitsFor('Run again: Export as upload file')
    const exported = await ann.downloads(/Download Excel.*Export as upload file/)

    const opened = await savedInCalc(folder, { name: 'accounts.xlsx', bytes: exported.bytes }, 'fods')
    const edited = opened.toString('utf8').replace('>Nurse of the night<', '>Matron of the night<')
    expect(edited).not.toBe(opened.toString('utf8'))
    for (const kind of ['xlsx', 'ods'] as const) {
      const saved = await savedInCalc(folder, { name: 'edited.fods', bytes: Buffer.from(edited) }, kind)
      await ann.sendsFile({ name: `edited.${kind}`, content: saved })
      await ann.waitsFor('1 account already exists and will be updated.')
      await ann.sees('3 rows change nothing.')
      expect(await ann.page.locator('#rows del').allInnerTexts()).toEqual(['Nurse of the night'])
      expect(await ann.page.locator('#rows ins').allInnerTexts()).toEqual(['Matron of the night'])
      await ann.doesNotSee('Check this first')
    }
    await ann.clicks('Update 1 account')
    await ann.waitsFor('1 account updated')
    expect(ann.complaints).toEqual([])
    await ann.closes()
    await rm(folder, { recursive: true })
  },
)
