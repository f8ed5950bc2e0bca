import { UPLOAD_FORMAT, type UploadColumn } from '../../uploads/columns.ts'

/**
 * The columns of the upload format with their rules in words.
 * @param mobileRequired whether a new account needs a mobile
 */
export function columnRules(mobileRequired: boolean) {
  const columns = UPLOAD_FORMAT.columns.map((column) => ({
    heading: column.heading,
    aliases: column.aliases.join(' or '),
    create:
      column.create === 'required-by-setting'
        ? CREATE[mobileRequired ? 'required' : 'optional']
        : CREATE[column.create],
    update: UPDATE[column.update],
    help: column.help,
    example: column.examples.find((example) => example !== '') ?? '',
  }))
  const { heading, help } = UPLOAD_FORMAT.password
  return [...columns, { heading, aliases: '', create: 'Ignored', update: 'Ignored', help, example: '' }]
}

const CREATE = {
  required: 'Required',
  optional: 'Optional',
  blank: 'Leave empty',
  'not-read': 'Not read',
}

const UPDATE: Record<UploadColumn['update'], string> = {
  optional: 'Optional',
  'required-unless-id': 'Required, unless the row has an ID or an EmailAddress',
  identifies: 'Read where ID and LocalID are empty',
  'must-be-own': 'Optional; must be the account’s own',
}
