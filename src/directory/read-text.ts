import { number } from '../words.ts'
import { type Fault, fault } from './fault.ts'
import { controlCharacterIn, MOST_READ } from './tidy-text.ts'
import type { RuleContext, ValueRule } from './value-rules.ts'

/** A tidied text, as somebody typed it, by the rule of its field; one that is too long to look at isn't looked at. */
export function readText(text: string, rule: ValueRule, rules: RuleContext): string | Fault<string> {
  if (text.length > MOST_READ) {
    return fault(
      'too-long',
      `The text has ${number(text.length)} characters, more than any field may have. Shorten it.`,
    )
  }
  return controlCharacterIn(text) ?? rule(text, rules)
}
