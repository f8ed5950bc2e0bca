/** An update of the first so many people of a large organisation: two fields of each. */
export function updateFile(rows: number, round: string): string {
  const lines = ['LocalID,JobTitle,Department']
  for (let n = 1; n <= rows; n++) lines.push(`${localIdOf(n)},Nurse ${round},Ward ${n % 7} ${round}`)
  return lines.join('\r\n')
}

/** Rows of every kind: updates, some unchanged, creations, and errors. */
export function mixedFile(rows: number, round: string): string {
  const lines = ['LocalID,FirstName,LastName,Mobile,JobTitle']
  for (let n = 1; n <= rows; n++) {
    if (n % 10 === 0) lines.push(`${localIdOf(n)},,,12345,Nurse ${round}`)
    else if (n % 7 === 0) lines.push(`new${round}${n},Zoë,${letters(n)},07700 900123,Nurse`)
    else if (n % 5 === 0) lines.push(`${localIdOf(n)},,,,`)
    else lines.push(`${localIdOf(n)},,,,Matron ${round}`)
  }
  return lines.join('\r\n')
}

function localIdOf(n: number): string {
  return String(n).padStart(7, '0')
}

// Names have no digits.
function letters(n: number): string {
  return String(n).replace(/\d/g, (digit) => String.fromCharCode(97 + Number(digit)))
}
