import { fileOf } from './people.ts'
import { asFilename, inForm, inPath, inQuery, kept, leadingNowhere, type Place } from './place.ts'
import { NEW_PASSWORD, SIGN_IN_PLACES, STRAY } from './sign-in-places.ts'
import type { Organisation } from './things.ts'

const first = (own: Organisation, kind: 'account' | 'upload' | 'change') => own.things[kind][0]?.value ?? ''
const ownAccount = (own: Organisation) => ({ id: first(own, 'account') })
const ownUpload = (own: Organisation) => ({ id: first(own, 'upload') })
const undecided = (own: Organisation) => ({ id: own.undecided })
// Each account has one of its own to get.
const getting = (id: string) => ({ id, form: { act: 'add', address: `further.${id}` } })
const editing = (id: string, { edit }: Organisation) => ({
  id,
  form: id === edit.account ? edit.form : { version: '1', localId: '' },
})
const file = { filename: 'people.csv', content: fileOf([{ LocalID: 'nobody' }], ['LocalID']) }

const NEWCOMER = { localId: 'Z-1', firstName: 'Zelda', lastName: 'Zeal', mobile: '07700 900998' }

const moving = ({ code, things: { place } }: Organisation) => ({
  form: { organisation: code, to: code, toSite: place[0]?.value ?? '' },
})
const guessed = (field: string, asked: string): Place => ({
  ...leadingNowhere(inForm(asked, ['address', 'word'], () => ({ form: { [field]: 'nobody' } }))),
  varies: true,
})

/** Of every page: where an identifier can stand. */
export const PAGE_PLACES: Record<string, readonly Place[]> = {
  'GET /': STRAY,

  'POST /dismissals': [inForm('change', ['change', 'upload'])],

  'GET /uploads': [inQuery('after', ['upload']), inQuery('organisation', ['code', 'organisation'])],
  'POST /uploads': [
    inForm('organisation', ['code', 'organisation'], () => ({ form: { mode: 'update' }, file })),
    inQuery('organisation', ['code'], ({ code }) => ({ form: { organisation: code, mode: 'update' }, file })),
    asFilename(({ code }) => ({ form: { organisation: code, mode: 'update' }, file })),
  ],
  'GET /uploads/new': STRAY,
  'GET /uploads/:id': [
    inPath('upload'),
    inQuery('after', ['upload'], ownUpload),
    inQuery('field', ['word'], undecided),
    inQuery('problem', ['word'], undecided),
  ],
  'GET /uploads/:id/progress': [inPath('upload')],
  'GET /uploads/:id/mapping': [inPath('upload')],
  'POST /uploads/:id/mapping': [inPath('upload', () => ({ form: {} }))],
  'POST /uploads/:id/decisions': [
    inPath('upload', () => ({ form: { all: 'create' } })),
    inPath('upload', () => ({ form: { 'row-3': 'create' } })),
    leadingNowhere(inForm('go', ['upload'], (own) => ({ ...undecided(own), form: {} }))),
  ],
  'POST /uploads/:id/check': [inPath('upload', () => ({ form: {} }))],
  'POST /uploads/:id/repairs': [inPath('upload', () => ({ form: { kind: 'encoding', accept: 'no' } }))],
  'POST /uploads/:id/confirmation': [inPath('upload', () => ({ form: {} }))],
  'POST /uploads/:id/parts/confirmation': [inPath('upload', () => ({ form: {} }))],
  'POST /uploads/:id/cancellation': [inPath('upload', () => ({ form: {} }))],
  'GET /uploads/:id/results.csv': [inPath('upload')],
  'GET /uploads/:id/results.xlsx': [inPath('upload')],
  'GET /uploads/:id/parts/results.csv': [inPath('upload')],
  'GET /uploads/:id/parts/results.xlsx': [inPath('upload')],
  'GET /uploads/:id/failed-rows.csv': [inPath('upload')],
  'GET /uploads/:id/failed-rows.xlsx': [inPath('upload')],
  'GET /uploads/:id/problems.csv': [inPath('upload')],
  'GET /uploads/:id/problems.xlsx': [inPath('upload')],

  'GET /changes': [inQuery('after', ['change']), inQuery('organisation', ['code', 'organisation'])],
  'GET /changes/:id': [
    inPath('change'),
    inPath('upload'),
    inQuery('after', ['change'], (own) => ({ id: first(own, 'change') })),
  ],
  'GET /changes/:id/progress': [inPath('change'), inPath('upload')],
  'GET /changes/:id/results.csv': [leadingNowhere(inPath('change')), leadingNowhere(inPath('upload'))],
  'GET /changes/:id/results.xlsx': [leadingNowhere(inPath('change')), leadingNowhere(inPath('upload'))],
  'GET /changes/:id/choice': [inPath('upload'), leadingNowhere(inPath('change'))],
  'POST /changes/:id/choice': [
    inPath('upload', () => ({ form: {} })),
    leadingNowhere(inPath('change', () => ({ form: {} }))),
  ],
  'POST /changes/:id/undo': [
    inPath('upload', () => ({ form: {} })),
    inPath('upload', () => ({ form: { part: 'some', rows: '2', chosen: '3-5' } })),
    leadingNowhere(inPath('change', () => ({ form: {} }))),
  ],
  'POST /changes/:id/confirmation': [inPath('change', () => ({ form: {} }))],
  'POST /changes/:id/cancellation': [inPath('change', () => ({ form: {} }))],
  'POST /changes/:id/agreement': [
    inPath('change', () => ({ form: { answer: 'agree' } })),
    inPath('change', () => ({ form: { answer: 'agree', site: '', organisationalUnit: '' } })),
  ],
  'POST /changes/:id/withdrawal': [inPath('change', () => ({ form: {} }))],

  'GET /accounts': [
    inQuery('search', ['word', 'account', 'code', 'administrator', 'filename']),
    inQuery('after', ['place in accounts']),
    inQuery('site', ['place']),
    inQuery('unit', ['place']),
    inQuery('organisation', ['code', 'organisation']),
  ],
  'GET /accounts/:id': [
    inPath('account'),
    inQuery('after', ['place in history'], (own) => ({ id: first(own, 'account') })),
  ],

  'GET /accounts/export.csv': [inQuery('search', ['word', 'account', 'code', 'administrator', 'filename'])],
  'GET /accounts/export.xlsx': [{ ...inQuery('search', ['word', 'account', 'code']), varies: true }],
  'POST /accounts/export': [
    inForm('organisation', ['code', 'organisation']),
    kept(inForm('search', ['word', 'account'], ({ code }) => ({ form: { organisation: code } }))),
  ],
  'POST /accounts/selected': [
    inForm('organisation', ['code', 'organisation'], (own) => ({
      form: { do: 'disable', account: first(own, 'account') },
    })),
    kept(inForm('account', ['account'], ({ code }) => ({ form: { organisation: code, do: 'disable' } }))),
    kept(
      inForm('search', ['word', 'account'], ({ code }) => ({
        form: { organisation: code, do: 'enable', all: 'yes' },
      })),
    ),
  ],
  'GET /accounts/by-local-id': STRAY,
  'POST /accounts/by-local-id': [
    kept(inForm('localIds', ['word'], ({ code }) => ({ form: { organisation: code, do: 'disable' }, file }))),
  ],
  'GET /transfers/new': [
    inQuery('organisation', ['code', 'organisation']),
    inQuery('account', ['account']),
    inQuery('localIds', ['word']),
    inQuery('upload', ['upload']),
    inQuery('to', ['code'], (own) => ({ query: { account: first(own, 'account') } })),
  ],
  'POST /transfers/new': [inForm('account', ['account'], ({ code }) => ({ form: { organisation: code } }))],
  'POST /transfers': [
    kept(inForm('account', ['account'], moving)),
    kept(inForm('localIds', ['word'], moving)),
    leadingNowhere(inForm('to', ['code'], ({ code }) => ({ form: { organisation: code } }))), // of nobody
  ],
  'POST /transfers/:id/local-ids': [leadingNowhere(inPath('change', () => ({ form: {} })))],
  'POST /transfers/:id/confirmation': [leadingNowhere(inPath('change', () => ({ form: {} })))],
  'GET /joins/new': [inQuery('organisation', ['code', 'organisation'])],
  // Whoever guesses is soon told to wait.
  'POST /joins/new': [guessed('formerLocalId', 'emailAddress')],
  'POST /joins': [guessed('formerLocalId', 'emailAddress')],

  'GET /accounts/new': STRAY,
  'POST /accounts/new': [
    inForm('organisation', ['code', 'organisation'], () => ({ form: NEWCOMER })),
    leadingNowhere(inForm('localId', ['word'], ({ code }) => ({ form: { organisation: code } }))),
  ],
  'GET /accounts/:id/edit': [inPath('account')],
  'POST /accounts/:id/edit': [
    { name: 'path account', kinds: ['account'], ask: editing },
    leadingNowhere(
      inForm('emailAddress', ['word'], (own) => ({ ...ownAccount(own), form: { firstName: 'x' } })),
    ),
    leadingNowhere(
      inForm('version', ['account', 'upload'], (own) => ({ ...ownAccount(own), form: { mobile: '0' } })),
    ),
  ],
  'GET /accounts/:id/addresses': [inPath('account')],
  'POST /accounts/:id/addresses': [
    { name: 'path account', kinds: ['account'], ask: getting },
    leadingNowhere(
      inForm('address', ['word', 'account'], (own) => ({ ...ownAccount(own), form: { act: 'remove' } })),
    ),
  ],

  'GET /reports': STRAY,
  'POST /reports': [
    inForm('organisation', ['code', 'organisation'], () => ({ form: { kind: 'mailbox' } })),
    leadingNowhere(inForm('kind', ['code', 'report'])),
  ],
  'GET /reports/:id': [
    inPath('report'),
    inQuery('person', ['account', 'word'], () => ({ id: 'changes' })),
    inQuery('administrator', ['administrator'], () => ({ id: 'changes' })),
    inQuery('site', ['place'], () => ({ id: 'mailbox' })),
    inQuery('after', ['upload', 'account'], () => ({ id: 'uploads' })),
  ],
  'POST /reports/:id/weekly': [
    inForm('organisation', ['code', 'organisation'], () => ({ id: 'due' })),
    leadingNowhere(inForm('stop', ['report', 'upload'], () => ({ id: 'due' }))),
  ],
  'GET /reports/:id/progress': [inPath('report')],
  'GET /reports/:id/file.csv': [inPath('report')],
  'GET /reports/:id/file.xlsx': [inPath('report')],

  'GET /duplicates': [
    inQuery('organisation', ['code', 'organisation']),
    leadingNowhere(inQuery('after', ['account'])),
  ],
  'GET /duplicates/progress': STRAY,
  'POST /duplicates': [
    leadingNowhere(
      inForm('one', ['account'], (own) => ({ form: { other: first(own, 'account'), decision: 'not-same' } })),
    ),
    leadingNowhere(
      inForm('organisation', ['code', 'organisation'], (own) => ({
        form: { one: first(own, 'account'), other: first(own, 'account'), decision: 'not-same' },
      })),
    ),
  ],
  'POST /duplicates/search': [inForm('organisation', ['code', 'organisation'])],

  'GET /downloads/upload-template.csv': STRAY,
  'GET /downloads/upload-template.xlsx': STRAY,
  'GET /downloads/upload-sample.csv': STRAY,
  'GET /downloads/upload-sample.xlsx': STRAY,
  'GET /help/columns': STRAY,
  'GET /help': STRAY,
  'GET /accessibility': STRAY,
  'GET /privacy': STRAY,

  ...SIGN_IN_PLACES,
  'GET /organisation': [inQuery('search', ['code', 'word', 'organisation']), inQuery('from', ['code'])],
  'POST /organisation': [inForm('organisation', ['organisation', 'code'])],
  'GET /sessions': STRAY,
  'POST /sessions/identities/:id/removal': [leadingNowhere(inPath('upload', () => ({ form: {} })))],
  'POST /sessions': [leadingNowhere(inForm('session', ['administrator', 'upload']))],
  'GET /organisation/places': STRAY,
  'POST /organisation/places': [
    leadingNowhere(
      inForm('organisation', ['code', 'organisation'], () => ({
        form: { kind: 'site', act: 'remove', name: 'nowhere' },
      })),
    ),
  ],
  'GET /organisations': [inQuery('search', ['code', 'word'])],
  'GET /organisations/new': STRAY,
  'POST /organisations/new': [leadingNowhere(inForm('name', ['word'], () => ({ form: { code: '' } })))],
  'GET /organisations/load': STRAY,
  'POST /organisations/load': STRAY,
  'GET /organisations/load/:id': [leadingNowhere(inPath('upload'))],
  'POST /organisations/load/:id/confirmation': [leadingNowhere(inPath('upload', () => ({ form: {} })))],
  'GET /organisations/:id': [inPath('organisation')],
  'POST /organisations/:id': [inPath('organisation', () => ({ form: { act: 'rename', name: '' } }))],
  'GET /organisation/administrators': [
    inQuery('of', ['code', 'organisation']),
    inQuery('after', ['word', 'administrator']),
  ],
  'GET /organisation/administrators/new': [inQuery('of', ['code', 'organisation'])],
  'POST /organisation/administrators/new': [
    leadingNowhere(
      inForm('organisation', ['code', 'organisation'], () => ({ form: { email: '', role: 'auditor' } })),
    ),
  ],
  'GET /organisation/administrators/:id': [leadingNowhere(inPath('organisation'))],
  'POST /organisation/administrators/:id': [
    leadingNowhere(inPath('organisation', ({ code }) => ({ form: { act: 'end', organisation: code } }))),
  ],
  'GET /organisation/tokens': STRAY,
  'GET /organisation/tokens/new': STRAY,
  'POST /organisation/tokens/new': [
    leadingNowhere(
      inForm('organisation', ['code', 'organisation'], () => ({ form: { name: '', until: '2099-01-01' } })),
    ),
  ],
  'POST /organisation/tokens/:id/revocation': [leadingNowhere(inPath('upload', () => ({ form: {} })))],
  'GET /organisation/settings': STRAY,
  'POST /organisation/settings': [
    inForm('organisation', ['code'], () => ({ form: { 'touched-count': '' } })),
  ],
  'GET /organisation/audit-log': [
    inQuery('who', ['administrator', 'word']),
    inQuery('after', ['administrator', 'upload']),
  ],
  'GET /organisation/audit-log.csv': [{ ...inQuery('who', ['administrator', 'word']), varies: true }],
  'GET /organisation/audit-log.xlsx': [{ ...inQuery('who', ['administrator', 'word']), varies: true }],
  'GET /password': STRAY,
  'POST /password': [
    leadingNowhere(
      inForm('email', ['administrator'], () => ({ form: { current: 'no', password: NEW_PASSWORD } })),
    ),
  ],
  'GET /password/forgotten': STRAY,
  'POST /password/forgotten': [inForm('email', ['administrator'])],
  'GET /password/set': [leadingNowhere(inQuery('link', ['link', 'administrator', 'key']))],
  'POST /password/set': [
    leadingNowhere(inForm('link', ['link', 'key'], () => ({ form: { password: NEW_PASSWORD } }))),
  ],

  'GET /outbox': [inQuery('before', ['mail'])],
  'GET /outbox/:id': [inPath('mail')],
  'POST /outbox/:id/link': [leadingNowhere(inPath('mail', () => ({ form: {} })))],
  'GET /outbox/:id/attachment': [inPath('mail')],

  'POST /sign-out': [inForm('organisation', ['code'])],

  // Styles, scripts, icons: files, the same for everyone.
  'GET /assets/*': [],
}
