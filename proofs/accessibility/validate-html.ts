import { HtmlValidate } from 'html-validate'
import { HTML_VALIDATE_OFF } from './rules-off.ts'

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended'],
  rules: Object.fromEntries(HTML_VALIDATE_OFF.map(({ rule }) => [rule, 'off'])),
})

/** @param html as it was sent @returns what html-validate finds in it */
export async function faultsOfHtml(html: string): Promise<string[]> {
  const { results } = await validator.validateString(html)
  return results.flatMap(({ messages }) =>
    messages.map(
      ({ ruleId, message, selector, line }) =>
        `html-validate ${ruleId}: ${message} (${selector}, line ${line})`,
    ),
  )
}
