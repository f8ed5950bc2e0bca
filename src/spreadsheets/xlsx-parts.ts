import { posix } from 'node:path'
import type { Archive } from './archive.ts'
import { readWhole } from './read-part.ts'
import { damaged, tooComplex } from './refused.ts'
import { unescapeText } from './text-escapes.ts'
import { MOST_SHEETS } from './workbook.ts'

/** Where the parts of a workbook (.xlsx) are, and what it says of itself. */
export type XlsxParts = {
  isFrom1904: boolean
  sheets: { name: string; isHidden: boolean; part: string }[]
  sharedStrings: string | undefined
  styles: string | undefined
}

/** @throws SpreadsheetRefused for a workbook whose parts don’t say where they are */
export async function findParts(archive: Archive): Promise<XlsxParts> {
  const [book] = (await relationsOf(archive, '')).filter(({ type }) => type === 'officeDocument')
  const part = book?.part ?? 'xl/workbook.xml'
  const relations = await relationsOf(archive, part)
  const byType = (type: string) => relations.find((relation) => relation.type === type)?.part
  const found: XlsxParts = {
    isFrom1904: false,
    sheets: [],
    sharedStrings: byType('sharedStrings'),
    styles: byType('styles'),
  }
  await readWhole(archive, part, {
    open(name, attribute) {
      if (name === 'workbookPr') found.isFrom1904 = /^(?:1|true|on)$/.test(attribute('date1904') ?? '')
      if (name !== 'sheet') return undefined
      const relation = relations.find(({ id }) => id === attribute('id'))
      if (relation?.type !== 'worksheet') return undefined // a sheet of one chart, say
      if (found.sheets.length === MOST_SHEETS) throw tooComplex('too many sheets')
      found.sheets.push({
        name: unescapeText(attribute('name') ?? ''),
        isHidden: (attribute('state') ?? 'visible') !== 'visible',
        part: relation.part,
      })
      return undefined
    },
    close() {},
    text() {},
  })
  if (found.sheets.length === 0) throw damaged('no sheets')
  return found
}

type Relation = { id: string; type: string; part: string }

const MOST_RELATIONS = 10_000

/** @param part whose relations are meant; '' for those of the file itself */
async function relationsOf(archive: Archive, part: string): Promise<Relation[]> {
  const folder = part === '' ? '' : posix.dirname(part)
  const from = posix.join(folder, '_rels', `${posix.basename(part)}.rels`)
  const relations: Relation[] = []
  if (!archive.has(from)) return relations
  await readWhole(archive, from, {
    open(name, attribute) {
      const [id, type, target] = [attribute('Id'), attribute('Type'), attribute('Target')]
      if (name !== 'Relationship' || !id || !type || !target) return undefined
      if (relations.length === MOST_RELATIONS) throw tooComplex('too many relations')
      const path = target.startsWith('/') ? target.slice(1) : posix.join(folder, target)
      relations.push({ id, type: type.slice(type.lastIndexOf('/') + 1), part: path })
      return undefined
    },
    close() {},
    text() {},
  })
  return relations
}
