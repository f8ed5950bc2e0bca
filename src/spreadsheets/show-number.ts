import { type Decimal, decimalOf, rounded, withoutZerosBehind } from './decimal.ts'
import type { Token } from './format-token.ts'

/** What a cell without a number format has room for, but for whole numbers. */
const GENERAL_LENGTH = 11

/**
 * A number as a cell without a format shows it: at most 11 signs, and fewer digits for that. Whole numbers of up to 15
 * digits, which is all that a spreadsheet keeps of one, are given whole: a long local ID is no power of ten.
 */
export function showGeneral(value: number): string {
  if (!Number.isFinite(value)) return '#NUM!'
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value === 0 ? 0 : value)
  const sign = value < 0 ? '-' : ''
  const size = Math.abs(value)
  if (size < 1e-9 || size >= 1e11) return sign + exponential(size, 5)
  const whole = Math.max(1, Math.floor(Math.log10(size)) + 1)
  const shown = plain(rounded(decimalOf(size), Math.max(0, GENERAL_LENGTH - 1 - whole)))
  const isTooFine = size < 1e-4 && Number(shown) !== Number(size.toPrecision(15))
  return sign + (isTooFine ? exponential(size, 5) : shown)
}

function exponential(size: number, places: number): string {
  const [digits, power] = size.toExponential(places).split('e') as [string, string]
  const [whole, part] = digits.split('.') as [string, string]
  return `${plain({ whole, part })}E${power[0]}${power.slice(1).padStart(2, '0')}`
}

function plain({ whole, part }: Decimal): string {
  const rest = withoutZerosBehind(part)
  return rest === '' ? whole || '0' : `${whole || '0'}.${rest}`
}

/** A number as the tokens of its format show it. */
export function showNumber(value: number, tokens: readonly Token[]): string {
  if (!Number.isFinite(value)) return '#NUM!'
  const layout = layoutOf(tokens)
  if (layout.places === 0) return textAlone(value, tokens)
  const size = Math.abs(value) * 100 ** layout.percents
  if (layout.power !== undefined) return signed(value, size !== 0, withPower(size, layout))
  if (layout.divides) return signed(value, size !== 0, asFraction(size, tokens))
  const decimal = rounded(decimalOf(size / 1000 ** layout.thousands), layout.decimals)
  const isShown = /[1-9]/.test(decimal.whole + decimal.part)
  return signed(value, isShown, filled(decimal, layout))
}

function signed(value: number, isShown: boolean, text: string): string {
  return value < 0 && isShown ? `-${text}` : text
}

// A section of words, or of a format’s own general part.
function textAlone(value: number, tokens: readonly Token[]): string {
  return tokens
    .map(({ kind, text }) => {
      if (kind === 'text') return text
      return text === 'general' || text === '@' ? showGeneral(value) : text === '%' ? '%' : ''
    })
    .join('')
}

type Layout = {
  tokens: readonly Token[]
  /** How many digits there are places for. */
  places: number
  /** The token of the point, or how many there are. */
  point: number
  decimals: number
  groups: boolean
  thousands: number
  percents: number
  /** Where the exponent begins. */
  power: number | undefined
  divides: boolean
}

function isSign({ kind, text }: Token, ...signs: string[]): boolean {
  return kind === 'sign' && signs.includes(text)
}

const isPlace = (token: Token) => isSign(token, '0', '#', '?')

function layoutOf(tokens: readonly Token[]): Layout {
  const found = (test: (token: Token) => boolean) => {
    const at = tokens.findIndex(test)
    return at < 0 ? tokens.length : at
  }
  const powerAt = found((token) => isSign(token, 'e+', 'e-'))
  const point = Math.min(
    powerAt,
    found((token) => isSign(token, '.')),
  )
  const lastPlace = tokens.slice(0, point).findLastIndex(isPlace)
  const commas = (from: number, to: number) =>
    tokens.slice(from, to).filter((token) => isSign(token, ',')).length
  return {
    tokens,
    places: tokens.filter(isPlace).length,
    point,
    decimals: tokens.slice(point, powerAt).filter(isPlace).length,
    groups: commas(0, lastPlace) > 0,
    thousands: commas(lastPlace + 1, powerAt),
    percents: tokens.filter((token) => isSign(token, '%')).length,
    power: powerAt < tokens.length ? powerAt : undefined,
    divides: tokens.some((token) => isSign(token, '/')),
  }
}

/** The digits in their places, from the point outwards. */
function filled({ whole, part }: Decimal, { tokens, point, groups }: Layout): string {
  const before: string[] = []
  const first = tokens.findIndex(isPlace)
  let left = whole
  let given = 0
  for (let at = point - 1; at >= 0; at--) {
    const token = tokens[at] as Token
    if (!isPlace(token)) {
      if (token.kind === 'text' || token.text === '%') before.unshift(token.text)
      continue
    }
    const take = at === first ? Math.max(1, left.length) : 1
    for (let digit = 0; digit < take; digit++) {
      const shown = left === '' ? emptyPlace(token) : (left.at(-1) as string)
      left = left.slice(0, -1)
      if (groups && given > 0 && given % 3 === 0 && shown !== '') before.unshift(',')
      if (shown !== '') given++
      before.unshift(shown)
    }
  }
  return before.join('') + behindPoint(part, left, tokens.slice(point))
}

function behindPoint(part: string, lost: string, tokens: readonly Token[]): string {
  const digits = withoutZerosBehind(part)
  let next = 0
  let text = lost // where there is no place before the point
  for (const token of tokens) {
    if (isPlace(token)) {
      text += digits[next] ?? emptyPlace(token)
      next++
    } else if (token.kind === 'text' || isSign(token, '.', '%')) text += token.text
  }
  return text
}

function emptyPlace({ text }: Token): string {
  return text === '0' ? '0' : text === '?' ? ' ' : ''
}

function withPower(size: number, layout: Layout): string {
  const { tokens, power = 0, point } = layout
  const wholePlaces = Math.max(1, tokens.slice(0, point).filter(isPlace).length)
  const exact = size === 0 ? 0 : Number(size.toExponential(14).split('e')[1])
  let exponent = Math.floor(exact / wholePlaces) * wholePlaces
  let digits = rounded(decimalOf(size / 10 ** exponent), layout.decimals)
  if (digits.whole.length > wholePlaces) {
    exponent += wholePlaces
    digits = rounded(decimalOf(size / 10 ** exponent), layout.decimals)
  }
  const mantissa = filled(digits, { ...layout, tokens: tokens.slice(0, power) })
  const sign = exponent < 0 ? '-' : isSign(tokens[power] as Token, 'e+') ? '+' : ''
  const places = tokens.slice(power).filter(isPlace).length
  return `${mantissa}E${sign}${String(Math.abs(exponent)).padStart(places, '0')}`
}

/** Such as `2 1/4`: the nearest with as many digits below the line as there are places, or the number that stands there. */
function asFraction(size: number, tokens: readonly Token[]): string {
  const line = tokens.findIndex((token) => isSign(token, '/'))
  const below = tokens.slice(line + 1)
  const fixed = Number(below.map(({ text }) => text).join('')) || undefined
  const most = 10 ** Math.min(3, below.filter(isPlace).length) - 1
  const hasWhole = tokens.slice(0, line).some((token, at, all) => isPlace(token) && isText(all[at + 1]))
  const whole = hasWhole ? Math.floor(size) : 0
  let best = { above: 0, below: 1, off: Number.POSITIVE_INFINITY }
  for (let divisor = fixed ?? 1; divisor <= (fixed ?? most); divisor++) {
    const above = Math.round((size - whole) * divisor)
    const off = Math.abs(size - whole - above / divisor)
    if (off < best.off - 1e-12) best = { above, below: divisor, off }
  }
  if (best.above === 0 && hasWhole) return String(whole)
  if (best.above === best.below && hasWhole) return String(whole + 1)
  return `${whole > 0 ? `${whole} ` : ''}${best.above}/${best.below}`
}

function isText(token: Token | undefined): boolean {
  return token?.kind === 'text'
}
