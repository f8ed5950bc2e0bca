// A sign as web pages and workbooks write it down: `&amp;`, `&#39;`, `_x000D_`.

const ENTITY = /&(?:#(\d{1,7})|#[xX]([\dA-Fa-f]{1,6})|([A-Za-z]{2,8}));|_x([\dA-Fa-f]{4})_/g

const NAMED: Record<string, string> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', shy: '', ndash: '–', mdash: '—' },
  ...{
    lsquo: '‘',
    rsquo: '’',
    ldquo: '“',
    rdquo: '”',
    hellip: '…',
    bull: '•',
    middot: '·',
    euro: '€',
    pound: '£',
  },
  ...{
    szlig: 'ß',
    oslash: 'ø',
    Oslash: 'Ø',
    aelig: 'æ',
    AElig: 'Æ',
    oelig: 'œ',
    OElig: 'Œ',
    eth: 'ð',
    ETH: 'Ð',
  },
  ...{ thorn: 'þ', THORN: 'Þ', copy: '©', reg: '®', trade: '™', deg: '°' },
}

const MARKS: Record<string, string> = {
  ...{ grave: '\u0300', acute: '\u0301', circ: '\u0302', tilde: '\u0303', uml: '\u0308' },
  ...{ ring: '\u030a', caron: '\u030c', cedil: '\u0327', ogon: '\u0328' },
}

/** Text with such signs as what they stand for, however often it was written down so; undefined without any. */
export function entitiesRead(text: string): string | undefined {
  if (!text.includes('&') && !text.includes('_x')) return undefined
  let read = text
  for (let times = 0; times < MOST_TIMES; times++) {
    const next = read.replace(ENTITY, (whole, decimal, hexadecimal, name, ooxml) =>
      name === undefined
        ? signOf(decimal ? Number(decimal) : Number.parseInt(hexadecimal ?? ooxml, 16), whole)
        : (named(name) ?? whole),
    )
    if (next === read) break
    read = next
  }
  return read === text ? undefined : read
}

const MOST_TIMES = 3

function named(name: string): string | undefined {
  if (Object.hasOwn(NAMED, name)) return NAMED[name]
  const mark = MARKS[name.slice(1)]
  return mark === undefined ? undefined : `${name[0]}${mark}`.normalize('NFC')
}

function signOf(code: number, whole: string): string {
  if (code === 0x0d || code === 0x0a) return '\n'
  const isSign = code >= 0x20 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return isSign ? String.fromCodePoint(code) : whole
}
