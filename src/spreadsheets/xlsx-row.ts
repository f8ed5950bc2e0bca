import { escapeText } from './text-escapes.ts'

/** The styles of xlsx-frame.ts. */
const STYLES = { text: 1, heading: 2 }

/** What a cell holds, in any program. */
const MOST_LENGTH = 32_767

/** A row of cells that are text. Empty ones are left out; what a cell has no room for is cut, and ends with an ellipsis. */
export function xlsxRow(row: number, cells: readonly string[], style: keyof typeof STYLES): string {
  let xml = ''
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at] as string
    if (cell === '') continue
    xml += `<c r="${columnName(at)}${row}" s="${STYLES[style]}" t="inlineStr"><is>${textElement(cell)}</is></c>`
  }
  return xml === '' ? '' : `<row r="${row}">${xml}</row>`
}

function textElement(cell: string): string {
  const fitting = cell.length > MOST_LENGTH ? `${cell.slice(0, MOST_LENGTH - 1)}…` : cell
  const text = escapeXml(escapeText(fitting))
  return /^\s|\s$|\n/.test(fitting) ? `<t xml:space="preserve">${text}</t>` : `<t>${text}</t>`
}

function escapeXml(text: string): string {
  if (!/[&<>]/.test(text)) return text
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const names: string[] = []

/** `A` to `XFD`, counted from 0. */
function columnName(at: number): string {
  names[at] ??= (at >= 26 ? columnName(Math.floor(at / 26) - 1) : '') + String.fromCharCode(65 + (at % 26))
  return names[at] as string
}
