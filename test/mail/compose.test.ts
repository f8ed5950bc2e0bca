import { expect, test } from 'vitest'
import { composeMail } from '../../src/mail/compose.ts'

test('the same words as plain text and as HTML', () => {
  const { text, html } = composeMail([
    '3 accounts updated.',
    { list: ['1 row failed', '2 rows left out'] },
    { says: 'See the results', link: 'https://muster.example/uploads/1' },
  ])
  expect(text).toContain(
    '3 accounts updated.\n\n* 1 row failed\n* 2 rows left out\n\nSee the results:\nhttps://muster.example/uploads/1\n',
  )
  expect(html).toContain('<p>3 accounts updated.</p>')
  expect(html).toContain('<ul><li>1 row failed</li><li>2 rows left out</li></ul>')
  expect(html).toContain('<a href="https://muster.example/uploads/1">See the results</a>')
})

test('nothing in a message becomes markup', () => {
  const nasty = `<script>alert("1")</script> & 'quoted'`
  const { html } = composeMail([nasty, { list: [nasty] }, { says: nasty, link: `https://x.example/"><b>` }])
  expect(html).not.toContain('<script>')
  expect(html).not.toContain('<b>')
  expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;quoted&#39;')
})
