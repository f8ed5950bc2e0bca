import { ACCOUNT_SORTS, DIRECTIONS } from '../../src/directory/order-sql.ts'

/** A page, in words for the table, and its address; `signedOut` where it is for those who aren't signed in. */
export type Visit = { page: string; path: string; signedOut?: true }

/** IDs of what the pages show. */
export type Shown = {
  checked: number
  completed: number
  rejected: number
  cancelled: number
  /** The large file, or another one while there is none. */
  underWay: number
  account: number
  report: number
  mail: number
}

/** Every page that a local administrator can open, lists in the ways in which they can be asked for. */
export function localVisits({ checked, completed, rejected, cancelled, account, report }: Shown): Visit[] {
  return [
    { page: 'home', path: '/' },
    { page: 'uploads', path: '/uploads' },
    { page: 'uploads, a later page', path: `/uploads?after=${checked - 100}` },
    { page: 'new upload', path: '/uploads/new' },
    { page: 'upload, checked', path: `/uploads/${checked}` },
    { page: 'upload, checked: creations', path: `/uploads/${checked}?show=create` },
    { page: 'upload, checked: errors', path: `/uploads/${checked}?show=errors` },
    { page: 'upload, checked: no change', path: `/uploads/${checked}?show=unchanged` },
    { page: 'upload, checked: one field', path: `/uploads/${checked}?show=update&field=jobTitle` },
    { page: 'upload, checked: a later page', path: `/uploads/${checked}?show=update&after=1000` },
    { page: 'upload, completed', path: `/uploads/${completed}` },
    { page: 'upload, completed: failed rows', path: `/uploads/${completed}?result=failed` },
    { page: 'upload, rejected', path: `/uploads/${rejected}` },
    { page: 'upload, cancelled', path: `/uploads/${cancelled}` },
    { page: 'accounts', path: '/accounts' },
    { page: 'accounts, a later page', path: '/accounts?page=8' },
    { page: 'accounts, one of the last pages', path: '/accounts?page=450' },
    { page: 'accounts, 200 a page', path: '/accounts?size=200' },
    ...ACCOUNT_SORTS.flatMap((sort) =>
      DIRECTIONS.map((direction) => ({
        page: `accounts by ${sort}, ${direction}`,
        path: `/accounts?sort=${sort}&direction=${direction}`,
      })),
    ),
    { page: 'accounts: a surname', path: '/accounts?search=khan' },
    { page: 'accounts: two words', path: '/accounts?search=ann+adams' },
    { page: 'accounts: a number', path: '/accounts?search=0012345' },
    { page: 'accounts: a mobile', path: '/accounts?search=07700+012345' },
    { page: 'accounts: found nobody', path: '/accounts?search=zebedee' },
    { page: 'accounts: a job', path: '/accounts?search=nurse+12' },
    { page: 'accounts: a misspelt name', path: '/accounts?search=nowac' },
    { page: 'accounts: a search, by job', path: '/accounts?search=khan&sort=jobTitle' },
    { page: 'accounts: leavers', path: '/accounts?status=Leaver' },
    { page: 'accounts: leavers and deleted', path: '/accounts?status=Leaver&status=Deleted' },
    { page: 'accounts: shared mailboxes', path: '/accounts?type=Shared' },
    { page: 'accounts: changed since a day', path: '/accounts?changedSince=2026-11-01' },
    { page: 'accounts: without local ID', path: '/accounts?noLocalId=yes' },
    { page: 'accounts: hidden', path: '/accounts?hidden=yes' },
    { page: 'accounts: not in a file', path: `/accounts?notInUpload=${checked}` },
    { page: 'accounts: a site and a unit', path: '/accounts?site=Site+1&unit=Unit+1' },
    { page: 'account', path: `/accounts/${account}` },
    { page: 'reports', path: '/reports' },
    { page: 'report’s progress', path: `/reports/${report}/progress` },
    { page: 'help: columns', path: '/help/columns' },
    { page: 'organisations', path: '/organisation' },
    { page: 'change password', path: '/password' },
    { page: 'sign in', path: '/sign-in', signedOut: true },
    { page: 'forgotten password', path: '/password/forgotten', signedOut: true },
  ]
}

/** A global administrator's: the same, and what only they see. */
export function globalVisits(shown: Shown): Visit[] {
  return [
    ...localVisits(shown),
    { page: 'organisations: a name', path: '/organisation?search=oak' },
    { page: 'upload under way', path: `/uploads/${shown.underWay}` },
    { page: 'upload’s progress', path: `/uploads/${shown.underWay}/progress` },
    { page: 'outbox', path: '/outbox' },
    { page: 'outbox, a later page', path: `/outbox?before=${shown.mail}` },
    { page: 'message', path: `/outbox/${shown.mail}` },
  ]
}
