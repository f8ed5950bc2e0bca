/** A rule of a checker that isn't held, and why. */
type RuleOff = { rule: string; why: string }

/** Of html-validate, from what it recommends. */
export const HTML_VALIDATE_OFF: readonly RuleOff[] = [
  {
    rule: 'no-trailing-whitespace',
    why: 'how the source looks: templates leave blanks that no browser shows',
  },
  { rule: 'attribute-empty-style', why: 'how the source looks: download and download="" are the same' },
  {
    rule: 'no-implicit-button-type',
    why: 'a button that says no type sends its form, which is what these do',
  },
  {
    rule: 'no-redundant-role',
    why: 'a table that a narrow screen shows as cards loses its roles in some browsers, unless they are written',
  },
  {
    rule: 'prefer-native-element',
    why: 'links that look like buttons are the design system’s; a region with a name is what a section would be',
  },
  { rule: 'form-dup-name', why: 'the ticks of one list have one name: that is how a form sends a list' },
  { rule: 'valid-id', why: 'an ID may hold what a place is called; the standard forbids blanks only' },
  {
    rule: 'input-attributes',
    why: 'the design system’s password field says autocapitalize, for when the password is shown as text',
  },
]

/** Of HTML_CodeSniffer. Its warnings and notices ask a person to look, so only its errors count. */
export const CODE_SNIFFER_OFF: readonly RuleOff[] = [
  {
    rule: 'Principle1.Guideline1_3.1_3_5',
    why: 'it breaks off at autocomplete="username" in a field for an e-mail address, which the standard has since allowed; axe asks the same',
  },
]

/** Of the Nu validator: patterns of whole messages. */
export const NU_OFF: readonly RuleOff[] = [
  {
    rule: 'The “role” attribute must not be used on a “t[drh]” element which has a “table” ancestor.*',
    why: 'as no-redundant-role above',
  },
  { rule: 'The “\\w+” role is unnecessary for element “\\w+”\\.', why: 'as no-redundant-role above' },
  {
    rule: 'Bad value “text” for attribute “role” on element “span”\\.',
    why: 'of the design system’s cards, so that “Important:” and the heading are read in one go',
  },
]
