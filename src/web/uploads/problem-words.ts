/** What each kind of problem is called, where problems are counted by kind. A problem's own message says the rest. */
const PROBLEM_WORDS: Record<string, string> = {
  // whom the row is about
  'unknown-local-id': 'Local ID that nobody has',
  'unknown-local-id-probably-known': 'Local ID that nobody has, but the person seems known',
  'leading-zeros-lost': 'Local ID that lost its leading zeros',
  'missing-local-id': 'No local ID or ID',
  'unknown-id': 'ID that nobody has',
  'not-an-id': 'ID that is not a number',
  'id-with-decimals': 'ID written with decimals, read without',
  'id-and-local-id-differ': 'ID and local ID of two different accounts',
  'repeated-row': 'Several rows about one account',
  'already-exists': 'Account that already exists and differs',
  'account-leaver': 'Account of a leaver',
  'account-deleted': 'Deleted account',
  // what may not be done by a file
  'unit-needs-transfer': 'Another organisational unit: needs a transfer',
  'other-organisation': 'Another organisation: needs a transfer',
  'cannot-clear': 'Required field that would be emptied',
  required: 'Required cell that is empty',
  // values
  'too-long': 'Too long',
  'invalid-characters': 'Characters that a name can’t have',
  'line-break': 'Line break or tab',
  'not-a-mobile': 'Not a UK mobile number',
  'not-an-email': 'Not an e-mail address',
  'email-in-served-domain': 'E-mail address inside the directory',
  'not-yes-or-no': 'Neither Yes nor No',
  'unknown-site': 'Unknown site',
  'unknown-unit': 'Unknown organisational unit',
  // what spreadsheets do
  'turned-into-date': 'Turned into a date by the spreadsheet',
  'scientific-notation': 'Number cut down by the spreadsheet, such as 7.7E+09',
  'error-value': 'Error of the spreadsheet, such as #N/A',
  'wrong-encoding': 'Text read in the wrong encoding, such as JosÃ©',
  'unreadable-character': 'Character lost in saving (�)',
  'control-character': 'Invisible control character',
  'shifted-columns': 'Value that belongs to another column',
  'too-many-cells': 'Too many cells in the row',
  'too-few-cells': 'Too few cells in the row',
  'uneven-row': 'Row that may have moved cells',
  'other-delimiter': 'Cells separated by another character',
  'headings-again': 'Headings in place of a person',
  'invisible-character': 'Local ID with an invisible character',
  'look-alike-character': 'Local ID with a character that looks like another',
  'swallowed-rows': 'Quote mark that swallows the rows below',
}

/** A kind of problem in words; one that has none yet by its code. */
export function problemWords(code: string): string {
  return PROBLEM_WORDS[code] ?? code.replaceAll('-', ' ')
}
