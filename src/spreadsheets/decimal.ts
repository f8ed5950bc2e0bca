/** A number that isn't negative, as digits: those before the point, without zeros in front, and those behind it. */
export type Decimal = { whole: string; part: string }

/** The 15 digits that a spreadsheet shows of a number: 1.005 is that, and not the fraction of two a little below it. */
export function decimalOf(size: number): Decimal {
  const [digits, power] = size.toExponential(14).split('e') as [string, string]
  const all = digits.replace('.', '')
  const point = Number(power) + 1
  if (point <= 0) return { whole: '', part: '0'.repeat(-point) + all }
  const padded = all.padEnd(point, '0')
  return { whole: padded.slice(0, point).replace(/^0+/, ''), part: padded.slice(point) }
}

/** With so many digits behind the point; half goes up. */
export function rounded({ whole, part }: Decimal, places: number): Decimal {
  const kept = part.slice(0, places).padEnd(places, '0')
  if ((part[places] ?? '0') < '5') return { whole, part: kept }
  const up = String(BigInt(`0${whole}${kept}`) + 1n).padStart(places, '0')
  return { whole: up.slice(0, up.length - places).replace(/^0+/, ''), part: up.slice(up.length - places) }
}

/** The digits up to the last that isn't 0. */
export function withoutZerosBehind(digits: string): string {
  let end = digits.length
  while (digits[end - 1] === '0') end--
  return digits.slice(0, end)
}
