import type { Random } from '../../src/demo/random.ts'
import { archive, asWorkbook, odsParts, type Parts, type WorkbookKind } from '../support/workbooks.ts'
import { planFaults } from './check-outcome.ts'
import type { Sheet } from './sheets.ts'
import { xlsxParts } from './workbook-parts.ts'
import { sheetFaults, tableOf, type WorkbookRewriting } from './workbook-rewritings.ts'

/**
 * What may become of a damaged workbook: it is refused with words, or (`whole`) every cell of it is read rightly, since an
 * archive has sums by which damage shows; `any`: read as what it says now.
 */
type Expected = 'refused' | 'whole' | 'any'

export const WORKBOOK_DAMAGES: Record<string, WorkbookRewriting> = {
  ...onBytes('cut off', (bytes, random) => bytes.subarray(0, random.between(0, bytes.length - 1)), 'refused'),
  ...onBytes('with a byte changed', (bytes, random) => {
    const changed = Buffer.from(bytes)
    changed[at(bytes, random)] = random.between(0, 255)
    return changed
  }),
  ...onBytes('with a bit flipped', (bytes, random) => {
    const changed = Buffer.from(bytes)
    const place = at(bytes, random)
    changed[place] = (changed[place] as number) ^ (1 << random.between(0, 7))
    return changed
  }),
  ...onBytes('with bytes lost', (bytes, random) => {
    const place = at(bytes, random)
    return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + random.between(1, 40))])
  }),
  ...onBytes('with bytes too many', (bytes, random) => {
    const place = at(bytes, random)
    const more = Buffer.alloc(random.between(1, 40), random.between(0, 255))
    return Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place)])
  }),
  ...onBytes('and something behind it', (bytes, random) =>
    Buffer.concat([bytes, Buffer.alloc(random.between(1, 70_000), random.between(0, 255))]),
  ),
  ...onBytes('twice in one file', (bytes) => Buffer.concat([bytes, bytes])),
  ...onBytes('with sizes that lie', (bytes, random) => {
    const changed = Buffer.from(bytes)
    const entry = random.pick(entriesOf(bytes))
    const field = random.pick([16, 20, 24, 42]) // its sum, its packed size, its size, its place
    const was = changed.readUInt32LE(entry + field)
    changed.writeUInt32LE(random.pick([0, 1, was + 1, was * 2, 0xfffffff0, 0xffffffff]) >>> 0, entry + field)
    return changed
  }),
  ...onBytes('packed in a way that nobody knows', (bytes, random) => {
    const changed = Buffer.from(bytes)
    changed.writeUInt16LE(random.pick([1, 9, 12, 14, 98]), random.pick(entriesOf(bytes)) + 10)
    return changed
  }),
  ...onBytes(
    'that says it has a password',
    (bytes, random) => {
      const changed = Buffer.from(bytes)
      const entry = random.pick(entriesOf(bytes))
      changed[entry + 8] = (changed[entry + 8] as number) | 1
      return changed
    },
    'refused',
  ),
  ...onParts('without one of its parts', (parts, random) => {
    const { [random.pick(Object.keys(parts))]: _, ...rest } = parts
    return rest
  }),
  ...onParts(
    'with a part cut off',
    (parts, random) => {
      const name = random.pick(Object.keys(parts).filter((one) => one.endsWith('.xml') && READ.test(one)))
      const xml = parts[name] as string
      return { ...parts, [name]: xml.slice(0, random.between(0, xml.length - 1)) }
    },
    'refused',
  ),
  ...onParts(
    'with a sign changed in a part',
    (parts, random) => {
      const name = random.pick(Object.keys(parts))
      const xml = parts[name] as string
      const place = random.between(0, xml.length - 1)
      const sign = random.pick(['<', '>', '"', '/', '&', '\u0001', '9', 'x', ''])
      return { ...parts, [name]: xml.slice(0, place) + sign + xml.slice(place + 1) }
    },
    'any',
  ),
  ...onParts(
    'with an entity that unfolds',
    (parts) =>
      eachXml(
        parts,
        (xml) =>
          `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>${xml.replace(/^<\?.*?\?>/, '')}`,
      ),
    'refused',
  ),
  ...onParts(
    'nested without end',
    (parts) => eachXml(parts, (xml) => `${'<a>'.repeat(100_000)}${xml}`),
    'refused',
  ),
  'texts that are not there, in a workbook': damage('xlsx', 'refused', async (table, random) => {
    const parts = xlsxParts(random, [{ name: 'Staff', rows: table }])
    const number = random.pick(['9999', '4294967295', '-1', '1.5', 'x'])
    const lying = { attributes: 't="s"', inside: `<v>${number}</v>` }
    const [first = [], ...rest] = table
    const rows = [first, ...rest.map((cells) => [...cells.slice(0, -1), lying])]
    return archive({ ...parts, ...xlsxParts(random, [{ name: 'Staff', rows }]) })
  }),
  'fewer texts than a workbook says': onXlsx('any', (parts, random) =>
    inPart(parts, 'xl/sharedStrings.xml', (xml) =>
      xml.replace(/<si>.*?<\/si>/, () => random.pick(['', '<si/>'])),
    ),
  ),
  'a count of texts that lies': onXlsx('whole', (parts, random) =>
    inPart(parts, 'xl/sharedStrings.xml', (xml) =>
      xml.replace(/count="\d+"/gi, `count="${random.pick(['0', '-1', '99999999999', 'x'])}"`),
    ),
  ),
  'two cells in one place': damage('xlsx', 'refused', async (table, random) => {
    const parts = xlsxParts(random, [{ name: 'Staff', rows: table }])
    const twice = (xml: string) =>
      xml.replace(
        '</row></sheetData>',
        '<c r="A2" t="str"><v>one</v></c><c r="A2" t="str"><v>two</v></c></row></sheetData>',
      )
    return archive(inPart(parts, 'xl/worksheets/sheet1.xml', twice))
  }),
  'rows in no order': onXlsx('refused', (parts) =>
    inPart(parts, 'xl/worksheets/sheet1.xml', (xml) =>
      xml
        .replace('<row r="2">', '<row r="900000">')
        .replace('</sheetData>', '<row r="3"><c><v>1</v></c></row></sheetData>'),
    ),
  ),
  'a workbook of blanks without end': onXlsx('refused', (parts) =>
    inPart(parts, 'xl/worksheets/sheet1.xml', (xml) =>
      xml.replace('</sheetData>', `${' '.repeat(70 * 1024 * 1024)}</sheetData>`),
    ),
  ),
  'one long text in every cell of a row': onXlsx('refused', (parts) => {
    const at = (parts['xl/sharedStrings.xml'] as string).split('<si>').length - 1
    const long = `<si><t>${'long '.repeat(19_000)}</t></si>`
    const row = `<row>${`<c t="s"><v>${at}</v></c>`.repeat(40)}</row>`
    const shared = inPart(parts, 'xl/sharedStrings.xml', (xml) => xml.replace('</sst>', `${long}</sst>`))
    return inPart(shared, 'xl/worksheets/sheet1.xml', (xml) =>
      xml.replace('</sheetData>', `${row.repeat(500)}</sheetData>`),
    )
  }),
  'a row repeated a million times': damage('ods', 'refused', async (table) => {
    const row = `<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="900"><text:p>x</text:p></table:table-cell></table:table-row>`
    return archive(
      inPart(odsParts(table), 'content.xml', (xml) => xml.replace('</table:table>', `${row}</table:table>`)),
    )
  }),
  'blanks said by their number': damage('ods', 'refused', async (table, random) => {
    const many = random.pick(['2000000000', '1e300', '-5e9'])
    const row = `<table:table-row><table:table-cell><text:p>x<text:s text:c="${many}"/>y</text:p></table:table-cell></table:table-row>`
    return archive(
      inPart(odsParts(table), 'content.xml', (xml) => xml.replace('</table:table>', `${row}</table:table>`)),
    )
  }),
  'columns or rows repeated as often as none can be': damage('ods', 'refused', async (table, random) => {
    const many = random.pick(['0', '-1', '99999999999', 'x', '1.5', '1e9'])
    const what = random.pick(['rows', 'columns'])
    const xml = (content: string) =>
      content.replace(
        what === 'rows' ? '<table:table-row' : '<table:table-cell',
        `$& table:number-${what}-repeated="${many}"`,
      )
    return archive(inPart(odsParts(table), 'content.xml', xml))
  }),
}

/** The parts that are read in any case. */
const READ = /workbook\.xml$|sheet1\.xml$|sharedStrings\.xml$|styles\.xml$|content\.xml$/

function damage(
  kind: WorkbookKind,
  expected: Expected,
  make: (table: string[][], random: Random) => Promise<Buffer>,
): WorkbookRewriting {
  return async (sheet, random) => {
    const table = tableOf(kind, wide(sheet))
    return {
      ...{
        name: `${kind}, ${expected}`,
        sentAs: kind,
        bytes: await make(table, random),
        mode: 'both' as const,
      },
      faults: (outcome) => {
        if (outcome.kind !== 'read')
          return outcome.message.trim() === '' ? [`${outcome.code} without words`] : []
        if (expected === 'refused') return ['it was read']
        return expected === 'any' ? planFaults(outcome) : sheetFaults(outcome, table)
      },
    }
  }
}

/** One row at least, with something in its last cell. */
function wide({ headings, rows }: Sheet): Sheet {
  return { headings: [...headings, 'Notes'], rows: rows.map((cells) => [...cells, 'kept']) }
}

function onBytes(
  name: string,
  change: (bytes: Buffer, random: Random) => Buffer,
  expected: Expected = 'whole',
): Record<string, WorkbookRewriting> {
  return {
    [`a workbook ${name}`]: damage('xlsx', expected, async (table, random) =>
      change(await archive(xlsxParts(random, [{ name: 'Staff', rows: table }])), random),
    ),
    [`a spreadsheet (.ods) ${name}`]: damage('ods', expected, async (table, random) =>
      change(await asWorkbook('ods', table), random),
    ),
  }
}

function onParts(
  name: string,
  change: (parts: Parts, random: Random) => Parts,
  expected: Expected = 'whole',
): Record<string, WorkbookRewriting> {
  return {
    [`a workbook ${name}`]: onXlsx(expected, change),
    [`a spreadsheet (.ods) ${name}`]: damage('ods', expected, async (table, random) =>
      archive(change(odsParts(table), random)),
    ),
  }
}

function onXlsx(expected: Expected, change: (parts: Parts, random: Random) => Parts): WorkbookRewriting {
  return damage('xlsx', expected, async (table, random) =>
    archive(change(xlsxParts(random, [{ name: 'Staff', rows: table }]), random)),
  )
}

function inPart(parts: Parts, name: string, change: (xml: string) => string): Parts {
  return { ...parts, [name]: change(parts[name] as string) }
}

function eachXml(parts: Parts, change: (xml: string) => string): Parts {
  return Object.fromEntries(
    Object.entries(parts).map(([name, xml]) => [name, READ.test(name) ? change(xml) : xml]),
  )
}

function at(bytes: Buffer, random: Random): number {
  return random.between(0, bytes.length - 1)
}

/** Where the entries of an archive's directory begin. */
function entriesOf(bytes: Buffer): number[] {
  const found: number[] = []
  for (
    let from = bytes.indexOf('PK\x01\x02', 0, 'latin1');
    from >= 0;
    from = bytes.indexOf('PK\x01\x02', from + 1, 'latin1')
  )
    found.push(from)
  return found
}
