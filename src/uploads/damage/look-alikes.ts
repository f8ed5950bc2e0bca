// Signs that people can't tell from the plain ones.

const LETTERS: Record<string, string> = Object.fromEntries(
  [
    ['АВЕЅІЈКМНОРСТУХасеіјорсухѕ', 'ABESIJKMHOPCTYXaceijopcyxs'],
    ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο', 'ABEZHIKMNOPTYXo'],
  ].flatMap(([those, plain]) =>
    [...(those as string)].map((one, at) => [one, (plain as string)[at] as string]),
  ),
)

/** A local ID as it looks: plain letters, digits, hyphens and single blanks, without what nobody sees. */
export function asItLooks(text: string): string {
  const plain = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/\s+/gu, ' ')
  return Array.from(plain, (character) => LETTERS[character] ?? character)
    .join('')
    .trim()
}
