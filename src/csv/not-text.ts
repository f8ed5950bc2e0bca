export type NotText = {
  kind: 'not-text'
  what: 'image' | 'pdf' | 'archive' | 'web-page' | 'xml' | 'binary'
  /** What the file is, and what to do instead. */
  message: string
}

const SAVE_AS =
  'Open it in your spreadsheet, choose “Save as”, then “Excel Workbook (.xlsx)” or “CSV UTF-8”, and send that file.'

const MESSAGES: Record<NotText['what'], string> = {
  image: `The file is an image, not a spreadsheet. Choose your spreadsheet’s file. ${SAVE_AS}`,
  pdf: `The file is a PDF, not a spreadsheet. Find the spreadsheet that it was made from. ${SAVE_AS}`,
  archive: 'The file is compressed. Unpack it first, and send the spreadsheet or CSV file that is in it.',
  'web-page': `The file is a web page under the name of a spreadsheet, as some systems export tables. ${SAVE_AS} In LibreOffice choose “Text CSV” for the same.`,
  xml: `The file is XML under the name of a spreadsheet, as some systems and Excel’s “XML Spreadsheet 2003” write it. ${SAVE_AS} In LibreOffice choose “Text CSV” for the same.`,
  binary: `The file is not text, and no spreadsheet that can be read. ${SAVE_AS}`,
}

// The bytes with which each kind of file begins, as Latin-1 text. Spreadsheets never come so far: uploads/arriving-file.ts.
const BEGINNINGS: [start: string, what: NotText['what']][] = [
  ['\xD0\xCF\x11\xE0', 'binary'],
  ['PK\x03\x04', 'archive'],
  ['\x89PNG', 'image'],
  ['\xFF\xD8\xFF', 'image'], // JPEG
  ['GIF87a', 'image'],
  ['GIF89a', 'image'],
  ['%PDF-', 'pdf'],
  ['\x1F\x8B', 'archive'], // gzip
  ['BZh', 'archive'],
  ['7z\xBC\xAF', 'archive'],
  ['Rar!\x1A', 'archive'],
  ['\xFD7zXZ', 'archive'],
]

/** What a file is that begins as no text does, by the bytes with which its kind begins. */
export function knownNotText(head: Buffer): NotText | undefined {
  const start = head.toString('latin1')
  const known = BEGINNINGS.find(([beginning]) => start.startsWith(beginning))
  if (known) return notText(known[1])
  const text = start
    .replaceAll('\0', '')
    .replace(/^(?:ï»¿|ÿþ|þÿ)/, '')
    .trimStart()
  if (/^<(?:!doctype html|html|head|body|table|meta|style|div)\b/i.test(text)) return notText('web-page')
  return /^<(?:\?xml|workbook)\b/i.test(text) ? notText('xml') : undefined
}

/** Whether the start of a file is something else than text, whatever it is. */
export function unknownNotText(head: Buffer): NotText | undefined {
  return looksBinary(head) ? notText('binary') : undefined
}

function notText(what: NotText['what']): NotText {
  return { kind: 'not-text', what, message: MESSAGES[what] }
}

// A stray control character is the reader's to report, with its row; a tenth of them is no text at all.
function looksBinary(head: Buffer): boolean {
  let controls = 0
  for (const byte of head) {
    if (byte < 0x20 && (byte < 0x09 || byte > 0x0d) && byte !== 0x1a) controls++
  }
  return controls * 10 > head.length
}
