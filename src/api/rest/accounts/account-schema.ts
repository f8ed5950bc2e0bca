import { z } from 'zod'
import {
  ACCOUNT_STATUSES,
  type Account,
  MAILBOX_TYPES,
  UNLISTED_STATUSES,
} from '../../../directory/account.ts'

const text = z.string().nullable()

/** An account, under the names of the Mailbox Report's and the upload format's headings. */
export const AccountAnswer = z
  .object({
    id: z.int(),
    localId: text,
    emailAddress: text.describe('The primary address.'),
    otherAddresses: z.array(z.string()).describe('Earlier addresses: mail to them still arrives.'),
    displayName: z.string(),
    title: text,
    firstName: text,
    middleName: text,
    lastName: text,
    knownAs: text,
    jobTitle: text,
    department: text,
    mailboxType: z.enum(MAILBOX_TYPES),
    status: z.enum([...ACCOUNT_STATUSES, ...UNLISTED_STATUSES]),
    organisationCode: z.string(),
    organisationName: z.string(),
    site: text,
    organisationalUnit: text,
    mobile: text.describe('With a plus sign, its country’s code, and digits alone.'),
    hideMobile: z.boolean(),
    telephone: text,
    secondaryEmail: text,
    description: text,
    hideFromDirectory: z.boolean(),
    startsOn: text.describe('The day on which the person starts, such as 2026-12-01.'),
    createdOn: z.date(),
    updatedOn: z.date(),
    updatedBy: z.string(),
    version: z.int().describe('Rises with every change.'),
  })
  .meta({ id: 'Account' })

/** An account after it was edited: what was taken as it stands, but may be meant otherwise, stands beside it. */
export const EditedAnswer = AccountAnswer.extend({
  warnings: z.array(z.object({ field: z.string(), code: z.string(), message: z.string() })),
}).meta({ id: 'EditedAccount' })

export function accountAnswer(account: Account): z.output<typeof AccountAnswer> {
  const { organisation, address, createdAt, updatedAt, ...rest } = account
  return {
    ...rest,
    emailAddress: address,
    organisationCode: organisation.code,
    organisationName: organisation.name,
    createdOn: createdAt,
    updatedOn: updatedAt,
  }
}
