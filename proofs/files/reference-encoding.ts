/**
 * How a file's bytes are text, found out in another way than the portal's: whole, with WHATWG's decoders and a table.
 * The rules, from docs/upload-format.md:
 * - the byte order mark of UTF-16 says it, and without one its NULs do;
 * - it is UTF-8 where at least half of the bytes that aren't ASCII belong to whole characters of it, its mark included:
 *   what is broken among them was damaged;
 * - else Windows-1252, which the page says, so that a person can see that it is another encoding.
 * What no character stands for becomes U+FFFD.
 */
export type EncodingName = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be' | 'windows-1252'

export function encodingOf(bytes: Buffer): EncodingName {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  const [even, odd] = [0, 1].map(
    (side) => bytes.subarray(0, 64).filter((byte, at) => byte === 0 && at % 2 === side).length,
  ) as [number, number]
  const most = Math.min(bytes.length, 64) / 8
  if (odd >= most && even * 8 <= odd) return 'utf-16le'
  if (even >= most && odd * 8 <= even) return 'utf-16be'
  if (isMostlyBroken(bytes)) return 'windows-1252'
  return bytes.toString('latin1', 0, 3) === 'ï»¿' ? 'utf-8-bom' : 'utf-8'
}

export function textOf(bytes: Buffer, encoding: EncodingName): string {
  if (encoding !== 'windows-1252') return new TextDecoder(encoding.replace('-bom', '')).decode(bytes)
  return Array.from(bytes, (byte) =>
    byte >= 0x80 && byte < 0xa0 ? HIGH[byte - 0x80] : String.fromCharCode(byte),
  )
    .join('')
    .replace(/^ï»¿/, '')
}

export function bytesOf(text: string, encoding: EncodingName): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text)
  if (encoding === 'utf-8-bom') return Buffer.from(`\ufeff${text}`)
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le')
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16()
  return Buffer.from(Array.from(text, (character) => windows1252(character) ?? 0x3f))
}

/** Whether every character of the text has a byte of its own in Windows-1252. */
export function fitsWindows1252(text: string): boolean {
  return Array.from(text).every((character) => windows1252(character) !== undefined)
}

function isMostlyBroken(bytes: Buffer): boolean {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const meant = bytes.toString('latin1').split('\xef\xbf\xbd').length - 1 // U+FFFD itself, saved as such
  let whole = meant * 3
  for (const character of text)
    if (character !== '\ufffd' && character > '\x7f') whole += Buffer.byteLength(character)
  const high = bytes.filter((byte) => byte >= 0x80).length
  return high - whole > whole
}

const HIGH = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ'

function windows1252(character: string): number | undefined {
  const code = character.codePointAt(0) as number
  if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) return code
  const at = character === '\ufffd' ? -1 : HIGH.indexOf(character)
  return at < 0 ? undefined : 0x80 + at
}
