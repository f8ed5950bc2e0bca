import sql from 'sql-template-tag'
import type { AccountStatus, MailboxType } from '../../src/directory/account.ts'
import { foldKey } from '../../src/directory/address-name.ts'
import type { AccountValues } from '../../src/directory/fields.ts'
import type { Portal } from '../../src/portal.ts'

type Given = Partial<AccountValues> & {
  organisationId: number
  updatedBy: number
  address?: string
  otherAddresses?: string[]
  status?: AccountStatus
  mailboxType?: MailboxType
  updatedAt?: Date
}

/** An account as it might have been made by an upload, written straight into the database. */
export async function makeAccount(portal: Portal, given: Given): Promise<number> {
  const at = given.updatedAt ?? new Date()
  return portal.database.transaction('everything', async (tx) => {
    const made = await tx.row<{ id: number }>(sql`
      insert into account (id, organisation_id, local_id, local_id_key, title, first_name, middle_name, last_name,
        job_title, department, site, organisational_unit, mobile, hide_mobile, telephone, secondary_email, description,
        hide_from_directory, mailbox_type, status, created_at, updated_at, updated_by)
      values (nextval('account_id'), ${given.organisationId}, ${given.localId ?? null},
        ${given.localId ? foldKey(given.localId) : null}, ${given.title ?? null}, ${given.firstName ?? null},
        ${given.middleName ?? null}, ${given.lastName ?? null}, ${given.jobTitle ?? null}, ${given.department ?? null},
        ${given.site ?? null}, ${given.organisationalUnit ?? null}, ${given.mobile ?? null}, ${given.hideMobile ?? false},
        ${given.telephone ?? null}, ${given.secondaryEmail ?? null}, ${given.description ?? null},
        ${given.hideFromDirectory ?? false}, ${given.mailboxType ?? 'User'}, ${given.status ?? 'Active'}, ${at}, ${at},
        ${given.updatedBy})
      returning id`)
    const id = made?.id as number
    const addresses = [...(given.address ? [given.address] : []), ...(given.otherAddresses ?? [])]
    for (const address of addresses) {
      await tx.run(sql`
        insert into address (address_key, address, account_id, organisation_id, is_primary, base, number)
        values (${foldKey(address)}, ${address}, ${id}, ${given.organisationId}, ${address === given.address},
          ${address.split('@')[0]}, 1)`)
    }
    return id
  })
}
