/** What a browser says that it is, in the words of its user: “Firefox on Windows”. No versions, nothing to track by. */
export function browserFamily(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, 500)
  const family = FAMILIES.find(([sign]) => text.includes(sign))?.[1] ?? 'A browser'
  const system = SYSTEMS.find(([sign]) => text.includes(sign))?.[1]
  return system === undefined ? family : `${family} on ${system}`
}

// Most browsers claim to be others too, so the first name of this list that is found counts.
const FAMILIES = [
  ['Edg', 'Edge'],
  ['OPR/', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['FxiOS', 'Firefox'],
  ['Firefox/', 'Firefox'],
  ['CriOS', 'Chrome'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const

const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'Mac'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const
