import type { Actor } from '../access/actor.ts'
import { noteAlone } from '../access/audit.ts'
import { asActorNow } from '../access/rights-of-now.ts'
import { BYTE_ORDER_MARK, csvLine } from '../csv/write.ts'
import { ACCOUNT_STATUSES, type Account, type AccountStatus } from '../directory/account.ts'
import type { AccountFilter } from '../directory/account-filter.ts'
import { accountsAfterId, requireFilter } from '../directory/find-accounts.ts'
import { findOrganisation } from '../directory/organisation.ts'
import { mapYielding } from '../flow/yielding.ts'
import type { Portal } from '../portal.ts'
import type { ReportKind } from './store.ts'

/** A CSV file with one row an account: its columns, and whom it leaves out. */
export type AccountFile = {
  name: ReportKind
  columns: readonly { heading: string; cell: (account: Account) => string }[]
  /** Everyone, when left out. */
  statuses?: readonly AccountStatus[]
  /** Whom else it leaves out. */
  only?: AccountFilter
}

const PAGE_ROWS = 2000

/** Whom the file is about, of those that are wanted: never one whom it leaves out. */
export function filterFor(
  { statuses = ACCOUNT_STATUSES, only }: AccountFile,
  wanted: AccountFilter,
): AccountFilter {
  const asked: readonly AccountStatus[] =
    wanted.status === undefined ? ACCOUNT_STATUSES : [wanted.status].flat()
  return { ...wanted, ...only, status: statuses.filter((status) => asked.includes(status)) }
}

/**
 * The file of an organisation's accounts in the order of their IDs, a page of them at a time: memory holds one page, and
 * no transaction stays open while a slow reader takes it.
 * @param wanted only those, where not everybody is
 * @throws NotFound when the organisation isn't in the actor's scope; Forbidden, InvalidInput as of `findAccounts`
 */
export async function* accountFilePages(
  portal: Portal,
  actor: Actor,
  organisationCode: string,
  file: AccountFile,
  wanted: AccountFilter = {},
): AsyncGenerator<{ text: string; rows: number }> {
  const { id: organisationId } = await findOrganisation(portal, actor, { code: organisationCode })
  requireFilter(actor, wanted, organisationId)
  const filter = filterFor(file, wanted)
  yield { text: BYTE_ORDER_MARK + csvLine(file.columns.map((column) => column.heading)), rows: 0 }
  for (let afterId = 0; ; ) {
    const page = { afterId, limit: PAGE_ROWS, filter }
    const accounts = await asActorNow(portal, actor, 'read-accounts', organisationId, (tx) =>
      accountsAfterId(tx, organisationId, page),
    )
    const last = accounts.at(-1)
    if (last === undefined) return
    const lines = await mapYielding(accounts, (account) =>
      csvLine(file.columns.map(({ cell }) => cell(account))),
    )
    yield { text: lines.join(''), rows: accounts.length }
    afterId = last.id
  }
}

/** The same as plain text, to be downloaded at once: that it is, is noted. */
export async function* accountFileText(
  portal: Portal,
  actor: Actor,
  organisationCode: string,
  file: AccountFile,
  wanted: AccountFilter = {},
): AsyncGenerator<string> {
  const { id: organisationId } = await findOrganisation(portal, actor, { code: organisationCode })
  await noteAlone(portal, {
    act: 'report-downloaded',
    by: actor,
    organisationId,
    about: { kind: 'report' },
    details: { report: file.name },
  })
  for await (const { text } of accountFilePages(portal, actor, organisationCode, file, wanted)) yield text
}
