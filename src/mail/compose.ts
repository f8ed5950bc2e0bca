import nunjucks from 'nunjucks'

/** One paragraph of a message: a sentence or several, a list, or a link with the words that lead to it. */
export type Paragraph = string | { list: readonly string[] } | { says: string; link: string }

/**
 * The same message as plain text and as HTML. Everything given is text: nothing in it can become markup.
 * @returns text with LF line ends
 */
export function composeMail(paragraphs: readonly Paragraph[]): { text: string; html: string } {
  return {
    text: `${paragraphs.map(asText).join('\n\n')}\n\n-- \n${SIGNATURE}\n`,
    html: VIEWS.render('message.njk', { paragraphs, signature: SIGNATURE }),
  }
}

const VIEWS = new nunjucks.Environment(new nunjucks.FileSystemLoader(import.meta.dirname), {
  autoescape: true,
})

const SIGNATURE = 'Muster. This message was sent by a machine: please do not reply to it.'

function asText(paragraph: Paragraph): string {
  if (typeof paragraph === 'string') return paragraph
  if ('list' in paragraph) return paragraph.list.map((item) => `* ${item}`).join('\n')
  return `${paragraph.says}:\n${paragraph.link}`
}
