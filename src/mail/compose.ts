/** One paragraph of a message: a sentence or several, a list, or a link with the words that lead to it. */
export type Paragraph = string | { list: readonly string[] } | { says: string; link: string }

/**
 * The same message as plain text and as HTML. Everything given is text: nothing in it can become markup.
 * @returns text with LF line ends
 */
export function composeMail(paragraphs: readonly Paragraph[]): { text: string; html: string } {
  return {
    text: `${paragraphs.map(asText).join('\n\n')}\n\n-- \n${SIGNATURE}\n`,
    html: page(paragraphs.map(asHtml).join('\n')),
  }
}

const SIGNATURE = 'Muster. This message was sent by a machine: please do not reply to it.'

function asText(paragraph: Paragraph): string {
  if (typeof paragraph === 'string') return paragraph
  if ('list' in paragraph) return paragraph.list.map((item) => `* ${item}`).join('\n')
  return `${paragraph.says}:\n${paragraph.link}`
}

function asHtml(paragraph: Paragraph): string {
  if (typeof paragraph === 'string') return `<p>${escapeHtml(paragraph)}</p>`
  if ('list' in paragraph)
    return `<ul>${paragraph.list.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`
  return `<p><a href="${escapeHtml(paragraph.link)}">${escapeHtml(paragraph.says)}</a></p>`
}

function page(body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"></head>
<body style="font-family: Arial, sans-serif; font-size: 16px; line-height: 1.5; color: #212b32">
${body}
<hr>
<p style="color: #4c6272">${escapeHtml(SIGNATURE)}</p>
</body>
</html>
`
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
}
