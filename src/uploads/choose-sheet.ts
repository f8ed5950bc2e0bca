import { quoted, shorten } from '../directory/fault.ts'
import { InvalidInput } from '../errors.ts'
import type { Sheet } from '../spreadsheets/workbook.ts'
import { UPLOAD_FORMAT, type UploadFormat } from './columns.ts'
import { countKnown } from './heading-words.ts'

/** One word alone may be a heading by chance. */
const ENOUGH_HEADINGS = 2

/**
 * Which sheet of a workbook is read: the one that was asked for, by its name without regard to case; else the first
 * whose first rows hold headings of the format, else the first that isn't empty. Hidden ones are read only by their name.
 * @throws InvalidInput where none has that name, or there is nothing to be read
 */
export function chooseSheet(
  sheets: readonly Sheet[],
  wanted: string | undefined,
  format: UploadFormat = UPLOAD_FORMAT,
): Sheet {
  if (wanted !== undefined) return named(sheets, wanted)
  const visible = sheets.filter(({ isHidden, start }) => !isHidden && start.length > 0)
  const known = visible.map(({ start }) => Math.max(...start.map(({ cells }) => countKnown(cells, format))))
  const first = (least: number) => visible.find((_, at) => (known[at] as number) >= least)
  const chosen = first(ENOUGH_HEADINGS) ?? first(1) ?? visible[0]
  if (chosen) return chosen
  throw new InvalidInput(
    `The selected file is empty${hiddenOnes(sheets)}. Choose the file with your changes in it.`,
    { field: 'file', code: 'file-empty' },
  )
}

/** Those that a person may have meant too, as they are named to them. */
export function otherSheets(sheets: readonly Sheet[], chosen: Sheet): string[] {
  return sheets
    .filter((sheet) => sheet !== chosen && !sheet.isHidden && sheet.start.length > 0)
    .slice(0, MOST_NAMED)
    .map(toldName)
}

/** A sheet’s name as it is kept and shown: in one line, and not longer than people read. */
export function toldName({ name }: Sheet): string {
  const plain = name.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  return shorten(plain.trim(), LONGEST_NAME)
}

const MOST_NAMED = 20
const LONGEST_NAME = 100

function named(sheets: readonly Sheet[], wanted: string): Sheet {
  const sheet = sheets.find(({ name }) => folded(name) === folded(wanted))
  if (sheet) return sheet
  const names = sheets.slice(0, MOST_NAMED).map(({ name }) => quoted(name))
  const more = sheets.length > MOST_NAMED ? ` and ${sheets.length - MOST_NAMED} more` : ''
  throw new InvalidInput(
    `The file has no sheet ${quoted(wanted)}. Its sheets are: ${names.join(', ')}${more}. Write one of these names, or leave it empty.`,
    { field: 'sheet', code: 'sheet-missing' },
  )
}

function folded(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase()
}

function hiddenOnes(sheets: readonly Sheet[]): string {
  const hidden = sheets.filter(({ isHidden, start }) => isHidden && start.length > 0)
  if (hidden.length === 0) return ''
  const names = hidden.slice(0, MOST_NAMED).map(({ name }) => quoted(name))
  return `, but for what is hidden (${names.join(', ')}), which is read only if you name its sheet`
}
