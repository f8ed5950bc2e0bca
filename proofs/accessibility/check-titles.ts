import type { Seen } from './looker.ts'

/**
 * Each title stands for one page, in whatever state it is; what can't be shown is called alike wherever somebody asked
 * for it.
 * @returns titles that different pages have
 */
export function checkTitles(seen: readonly Pick<Seen, 'title' | 'where' | 'status'>[]): string[] {
  const pages = seen.filter(({ status }) => status < 401)
  return [...Map.groupBy(pages, ({ title }) => title)].flatMap(([title, of]) => {
    const places = new Set(of.map(({ where }) => where))
    return places.size > 1 ? [`“${title}” is the title of ${[...places].join(' and ')}`] : []
  })
}
