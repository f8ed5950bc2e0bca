import type { Page } from 'playwright-core'

/** What the browser complains of on a page from now on, and requests to anywhere but this portal: there are to be none. */
export function complaintsOf(page: Page, url: string): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    // The browser notes an answer such as 404 as an error of its own: those pages are opened on purpose.
    if (message.type() === 'error' && !/the server responded with a status/i.test(message.text()))
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
      complaints.push(`asked ${request.url()}`)
  })
  return complaints
}
