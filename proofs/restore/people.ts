import { lastNameOf } from '../support/last-name.ts'

/**
 * A file of people of an organisation, from the n-th to the n-th, with a title. No two share a name, so that which
 * address a new account gets doesn't hang on the order.
 */
export function peopleFile(code: string, from: number, to: number, title: string): string {
  const lines = ['LocalID,FirstName,LastName,Mobile,JobTitle']
  for (let n = from; n <= to; n++) {
    const mobile = `07700 900${String(n % 1000).padStart(3, '0')}`
    lines.push([localIdOf(n), lettersOf(code), lastNameOf(`${code} ${n}`), mobile, title].join())
  }
  return lines.join('\r\n')
}

export function localIdOf(n: number): string {
  return String(n).padStart(7, '0')
}

// Names have no digits.
function lettersOf(text: string): string {
  return text.toLowerCase().replace(/\d/g, (digit) => String.fromCharCode(97 + Number(digit)))
}
