/** Whom people ask, as a page shows it: words, and where they lead. */
export type Contact = { text: string; href: string | null }

/** What the setting CONTACT says: an e-mail address, a web address, or words such as a telephone number. */
export function contactOf(setting: string | undefined): Contact | null {
  if (setting === undefined) return null
  if (/^https?:\/\/\S+$/.test(setting)) return { text: setting, href: setting }
  if (/^[^\s@<>]+@[^\s@<>]+$/.test(setting)) return { text: setting, href: `mailto:${setting}` }
  return { text: setting, href: null }
}
