import iconv from 'iconv-lite'
import type { Mode } from '../../src/changes/plan/wanted.ts'
import type { Random } from '../../src/demo/random.ts'

/** A file to send. */
export type OddFile = { bytes: Buffer; mode: Mode }

/** Makes a file of about so many characters. */
type Shape = (size: number, random: Random) => string | Buffer | { file: string; mode: Mode }

const NEW = 'LocalID,FirstName,LastName,Mobile\n'
const UPDATE = 'LocalID,JobTitle\n'

/** Every shape that a file may have to cost more than its size, were it read without care. */
export const SHAPES: Record<string, Shape> = {
  'empty headings, short rows': (size, random) =>
    `LocalID,JobTitle${','.repeat(size / 2)}\r\n${fill(size / 2, () => random.pick(['1\r', 'P1\r', '1,x\r']))}`,
  'empty headings of a megabyte': (size) => `LocalID${','.repeat(1_000_000)}\n${'1\n'.repeat(size / 4)}`,
  'as many headings as may be, short rows': (size) => `LocalID${',x'.repeat(999)}\n${'1\n'.repeat(size / 2)}`,
  'as many headings as may be, rows as wide': (size, random) =>
    `LocalID${',x'.repeat(999)}\n${fill(size, () => `P${random.between(0, 4_999)}${',y'.repeat(random.between(1, 999))}\n`)}`,
  'too many headings': (size) => `LocalID${fill(size, (n) => `,h${n}`)}\n1\n`,
  'rows of too many cells': (size) =>
    `${UPDATE}1,x\n${`${'x,'.repeat(400_000)}\n`.repeat(Math.max(1, size / 800_000))}`,
  'empty cells at the ends of rows': (size, random) =>
    UPDATE +
    fill(size, () => `P${random.between(0, 4_999)},x${','.repeat(random.pick([3, 3_000, 500_000]))}\n`),
  'headings that are one column': (size) => `${'LocalID,'.repeat(Math.min(900, size / 8))}x\n1\n`,
  'headings of a megabyte': (size, random) => {
    const long = random.pick([' ', '-', 'ﷺ', '\u0301\u0316', 'x', 'password']).repeat(size / 8)
    return `Local${long}ID,LocalID,${long},JobTitle\n${'P1,P2,x,y\n'.repeat(size / 20)}`
  },
  'columns of passwords': (size) =>
    `LocalID${fill(6_000, (n) => `,Password${n % 10}`)}\n${fill(size, (n) => (n % 2 ? '1\n' : `1${',s'.repeat(n % 900)}\n`))}`,
  'blank rows': (size, random) => {
    const end = random.pick(['\n', '\r', '\r\n', ',\n'])
    return `${end.repeat(size / 3) + UPDATE + end.repeat(size / 3)}P1,x\n`
  },
  'nothing but blanks': (size, random) => random.pick(['\n', ' ', '\t', ',', '\r\n', '']).repeat(size / 2),
  'one cell': (size, random) => random.pick(['LocalID', 'x', '"x', ' ']) + 'x'.repeat(size - 10),
  'cells of a megabyte': (size, random) => UPDATE + fill(size, (n) => `${n},${long(random)}\n`),
  'a cell of a megabyte in every column': (size, random) =>
    `LocalID,Site,Mobile,SecondaryEmail,FirstName,HideMobile,ID\n${fill(size, () => {
      const cells = Array.from({ length: 7 }, () => '')
      cells[random.between(0, 6)] = long(random)
      return `${cells.join(',')}\n`
    })}`,
  'rows of every length': (size, random) =>
    `LocalID,JobTitle,Department,Title\n${fill(size, () => `${'x,'.repeat(random.between(0, 40))}y\n`)}`,
  'deep in quotes': (size, random) =>
    `${UPDATE}P1,"${random.pick(['""', '""""\n', '"",""', '"" ""\r\n']).repeat(size / 8)}"\nP2,"x"\n`,
  'a quote that is never closed': (size) =>
    `${UPDATE}${fill(size / 2, (n) => `P${n},x\n`)}P1,"${'x,y\n'.repeat(size / 8)}`,
  'quoted cells of nothing': (size) => `${UPDATE}${`${'"",'.repeat(900)}""\n`.repeat(size / 2_703)}`,
  'rows in a cell': (size, random) =>
    `LocalID,JobTitle,Department,Title\n${fill(size, (n) => `P${n},"${'x,y,z,w\n'.repeat(random.pick([2, 2, 20, 50_000]))}",,\n`)}`,
  'rows of one character': (size, random) => UPDATE + random.pick(['1\r', '1\n', 'x\r\n']).repeat(size / 2),
  'rows about one account': (size) => `${UPDATE}${fill(size, (n) => `P1,x${n % 3}\n`)}`,
  'local IDs that nobody has': (size) => `LocalID\n${fill(size, (n) => `${n}\n`)}`,
  'people of one name': (size) => ({
    file: NEW + fill(size, (n) => `N${n},A,B,0770090${String(n % 10_000).padStart(4, '0')}\n`),
    mode: 'create',
  }),
  'possible duplicates': (size) => ({
    file: NEW + fill(size, (n) => `Q${n},Pat,Doe,07700900001\n`),
    mode: 'both',
  }),
  'every cell an error': (size) => ({
    file: `ID,LocalID,FirstName,LastName,OrganisationCode,Site,OrganisationalUnit,Mobile,HideMobile,SecondaryEmail\n${fill(size, (n) => `x,${n},1,2,y,z,u,a,b,c\n`)}`,
    mode: 'both',
  }),
  'lost characters in every cell': (size) =>
    `LocalID${',h'.repeat(900)}\n${fill(size / 3, () => `P1${',\ufffd'.repeat(900)}\n`)}`,
  'the headings in every row': (size) => `${UPDATE}P1,x\n${UPDATE.repeat(size / UPDATE.length)}`,
  formulas: (size) => `${UPDATE}${fill(size, (n) => `P${n},"=1+1;=2\n+3"\n`)}`,
  'UTF-16': (size, random) =>
    iconv.encode(
      `${UPDATE}${fill(size / 2, () => `P1,${random.pick(['\ud800', 'é', '😀'])}\n`)}`,
      'utf-16le',
      { addBOM: true },
    ),
  'any bytes': (size, random) => {
    const bytes = Buffer.from(UPDATE + 'x'.repeat(size))
    for (let at = UPDATE.length; at < bytes.length; at++) bytes[at] = random.between(0, 255)
    return bytes
  },
}

const LONG = [
  'x',
  ' x',
  '""',
  '\u0301\u0316',
  'ﷺ',
  '\ufffd',
  'é',
  ';',
  '\n',
  'a@b.',
  "'=",
  '\u00c3\u00a9',
  '1',
  '\u2003',
]

/** A quoted cell of up to a megabyte. */
function long(random: Random): string {
  const what = random.pick(LONG)
  return `"${what.repeat(random.pick([1_000, 100_000, 1_000_000]) / Buffer.byteLength(what))}"`
}

/** Rows until there are so many characters. */
function fill(size: number, row: (n: number) => string): string {
  const rows: string[] = []
  for (let n = 0, length = 0; length < size; n++) length += rows[rows.push(row(n)) - 1]?.length ?? 1
  return rows.join('')
}

/** The file of a shape, of so many bytes or, as far as its shape needs them, more. */
export function oddFile(shape: string, size: number, random: Random): OddFile {
  const made = SHAPES[shape]?.(size, random) ?? ''
  if (Buffer.isBuffer(made)) return { bytes: made, mode: 'update' }
  const { file, mode } = typeof made === 'string' ? { file: made, mode: 'update' as const } : made
  return { bytes: Buffer.from(file), mode }
}
