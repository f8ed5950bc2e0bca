import { REPORTS } from '../../src/reports/registry.ts'
import { fileOf } from './people.ts'
import {
  asAddressInPath,
  asFilename,
  inHeader,
  inJson,
  inPath,
  inQuery,
  kept,
  leadingNowhere,
  type Place,
  toldTaken,
} from './place.ts'
import type { Organisation } from './things.ts'

const file = { filename: 'people.csv', content: fileOf([{ LocalID: 'nobody' }], ['LocalID']) }
const here = ({ code }: Organisation) => ({ query: { organisation: code } })
const sent = (own: Organisation) => ({ ...here(own), file })
const account = (own: Organisation) => ({ id: own.things.account[0]?.value ?? '' })
const whichever = { headers: { 'if-match': '*' } }
const somebody = { localId: 'Y-1', firstName: 'Yara', lastName: 'Yule', mobile: '07700 900999' }
// Somebody there has the address, or the secondary e-mail, and nobody asks for them: nothing is written, whoever has the
// local ID.
const renumbered = (localId: string, own: Organisation) => ({
  ...{ id: own.things.account[3]?.value ?? '', ...whichever },
  json: { localId, emailAddress: `${own.person.FirstName}.${own.person.LastName}` },
})
const joined = (localId: string, own: Organisation) => ({
  ...{ ...here(own), json: { ...somebody, localId, secondaryEmail: own.person.SecondaryEmail } },
})
const placed = (field: string) => (value: string | string[], own: Organisation) => ({
  ...{ ...account(own), ...whichever, json: { [field]: value } },
})
const addressed = (address: string, own: Organisation) => ({ ...account(own), json: { address } })
// Each account has one of its own to get.
const getting = (id: string) => ({ id, json: { address: `another.${id}` } })
const disabling = (accounts: object) => ({ action: 'disable', accounts })
const moving = (accounts: object, { code, things: { place } }: Organisation) => ({
  ...{ from: code, to: code, site: place[0]?.value ?? '', accounts },
})
const undecided = (own: Organisation) => ({ id: own.undecided })

const BY_CODE: Place[] = [
  inQuery('organisation', ['code']),
  leadingNowhere(inQuery('organisation', ['organisation', 'word'])),
]

/** Of every call of the API, under its prefix: where an identifier can stand. */
const CALLS: Record<string, readonly Place[]> = {
  'POST /uploads': [
    inQuery('organisation', ['code'], () => ({ file })),
    leadingNowhere(inQuery('organisation', ['organisation'], () => ({ file }))),
    kept(inQuery('filename', ['filename'], sent)),
    kept(inHeader('idempotency-key', ['key'], sent)),
    asFilename((own) => ({ ...sent(own), form: {} })),
  ],
  'GET /uploads/:id': [inPath('upload')],
  'GET /uploads/:id/rows': [inPath('upload'), inQuery('after', ['upload'], undecided)],
  'POST /uploads/:id/mapping': [inPath('upload', () => ({ json: { columns: { Notes: null } } }))],
  'POST /uploads/:id/decisions': [
    inPath('upload', () => ({ json: { all: 'create' } })),
    inPath('upload', () => ({ json: { rows: [{ row: 3, decision: 'create' }] } })),
    leadingNowhere(
      inJson('row', ['upload', 'account'], (value, own) => ({
        ...undecided(own),
        json: { rows: [{ row: Number(value), decision: 'create' }] },
      })),
    ),
  ],
  'POST /uploads/:id/check': [inPath('upload')],
  'POST /uploads/:id/repairs': [inPath('upload', () => ({ json: { kind: 'encoding', accept: false } }))],
  'POST /uploads/:id/confirmation': [inPath('upload')],
  'POST /uploads/:id/cancellation': [inPath('upload')],
  'GET /uploads/:id/results.csv': [inPath('upload')],
  'GET /uploads/:id/results.xlsx': [inPath('upload')],
  'GET /uploads/:id/parts/results.csv': [inPath('upload')],
  'GET /uploads/:id/parts/results.xlsx': [inPath('upload')],
  'GET /uploads/:id/failed-rows.csv': [inPath('upload')],
  'GET /uploads/:id/failed-rows.xlsx': [inPath('upload')],
  'GET /change-sets': [
    inQuery('organisation', ['code']),
    leadingNowhere(inQuery('organisation', ['organisation', 'word'])),
    inQuery('after', ['change', 'upload']),
  ],
  'GET /change-sets/:id': [inPath('change'), inPath('upload')],
  'GET /change-sets/:id/rows': [inPath('change'), inPath('upload'), inQuery('after', ['account'], undecided)],
  'GET /change-sets/:id/results.csv': [leadingNowhere(inPath('change')), leadingNowhere(inPath('upload'))],
  'GET /change-sets/:id/results.xlsx': [leadingNowhere(inPath('change')), leadingNowhere(inPath('upload'))],
  'POST /change-sets/:id/confirmation': [inPath('change')],
  'POST /change-sets/:id/cancellation': [inPath('change')],
  // None of them waits for anybody's yes.
  'POST /change-sets/:id/agreement': [
    leadingNowhere(inPath('change', () => ({ json: { agree: true } }))),
    leadingNowhere(
      inPath('change', () => ({ json: { agree: true, site: '', newLocalIds: { nobody: 'nobody' } } })),
    ),
  ],
  'POST /change-sets/:id/withdrawal': [leadingNowhere(inPath('change'))],
  'POST /change-sets/:id/undo': [
    inPath('upload'),
    inPath('upload', () => ({ json: { rows: [2] } })),
    leadingNowhere(inPath('change')), // none of them is applied
    leadingNowhere(
      inJson('row', ['upload', 'account'], (value, own) => ({
        ...undecided(own),
        json: { rows: [Number(value)] },
      })),
    ),
  ],
  'GET /accounts': [
    inQuery('organisation', ['code']),
    leadingNowhere(inQuery('organisation', ['organisation', 'word'])),
    inQuery('localId', ['word']),
    inQuery('search', ['word', 'account', 'code', 'administrator', 'filename']),
    inQuery('after', ['place in accounts']),
    inQuery('after', ['place in accounts'], here),
  ],
  'POST /accounts': [
    inQuery('organisation', ['code'], () => ({ json: somebody })),
    leadingNowhere(inQuery('organisation', ['organisation', 'word'], () => ({ json: somebody }))),
    leadingNowhere(inJson('localId', ['word'], joined)),
    leadingNowhere(
      inJson('site', ['place', 'code', 'organisation'], (site, own) => ({
        ...here(own),
        json: { ...somebody, site, lastName: '' },
      })),
    ),
  ],
  'PATCH /accounts/:id': [
    inPath('account', () => ({ ...whichever, json: {} })),
    leadingNowhere(inHeader('if-match', ['account', 'word'], (own) => ({ ...account(own), json: {} }))),
    inJson('site', ['place', 'code', 'organisation'], placed('site')),
    inJson('organisationalUnit', ['place', 'code', 'organisation'], placed('organisationalUnit')),
    leadingNowhere(inJson('localId', ['word'], renumbered)),
    toldTaken(inJson('emailAddress', ['address'], placed('emailAddress'))),
    toldTaken(inJson('otherAddresses', ['address'], (value, own) => placed('otherAddresses')([value], own))),
  ],
  'POST /accounts/:id/addresses': [
    { name: 'path account', kinds: ['account'], ask: getting },
    toldTaken(inJson('address', ['address'], addressed)),
  ],
  'PUT /accounts/:id/primary-address': [
    { name: 'path account', kinds: ['account'], ask: getting },
    toldTaken(inJson('address', ['address'], addressed)),
  ],
  'DELETE /accounts/:id/addresses/:address': [
    leadingNowhere(inPath('account', () => ({ address: 'nobody@staff.example' }))),
    leadingNowhere(asAddressInPath('address', account)), // which of them it still has depends on what came before
    asAddressInPath('spare address', ({ spared }) => ({ id: spared })),
  ],
  'GET /accounts/:id': [inPath('account')],
  'GET /accounts/:id/history': [inPath('account'), inQuery('after', ['place in history'], account)],
  'GET /organisations': [inQuery('search', ['code', 'word'])],
  'POST /organisations': [leadingNowhere(inJson('name', ['word'], (name) => ({ json: { code: '', name } })))],
  'GET /organisations/:id': [inPath('code'), leadingNowhere(inPath('organisation'))],
  'POST /organisation-lists': [leadingNowhere(inQuery('filename', ['filename'], () => ({ file })))],
  'GET /organisation-lists/:id': [leadingNowhere(inPath('upload'))],
  'POST /organisation-lists/:id/confirmation': [leadingNowhere(inPath('upload', () => ({ json: {} })))],
  'PATCH /organisations/:id': [inPath('code', () => ({ json: {} }))],
  ...Object.fromEntries(
    ['sites', 'units'].flatMap((places) => [
      [`POST /organisations/:id/${places}`, [leadingNowhere(inPath('code', () => ({ json: { name: '' } })))]],
      [
        `PATCH /organisations/:id/${places}`,
        [leadingNowhere(inPath('code', () => ({ json: { name: 'nowhere', newName: 'x' } })))],
      ],
      [
        `DELETE /organisations/:id/${places}`,
        [leadingNowhere(inPath('code', () => ({ query: { name: 'nowhere' } })))],
      ],
    ]),
  ),
  'GET /administrators': [
    inQuery('organisation', ['code']),
    leadingNowhere(inQuery('organisation', ['organisation', 'word'])),
    inQuery('after', ['word', 'administrator']),
  ],
  'POST /administrators': [
    leadingNowhere(
      inJson('organisation', ['code', 'organisation'], (organisation) => ({
        json: { email: 'nobody', role: 'auditor', organisation },
      })),
    ),
  ],
  'PATCH /administrators/:id': [
    leadingNowhere(inPath('organisation', ({ code }) => ({ json: { organisation: code, role: null } }))),
  ],
  'GET /tokens': [{ ...inQuery('organisation', ['code']), varies: true }],
  'POST /tokens': [
    leadingNowhere(
      inJson('organisation', ['code', 'organisation'], (organisation) => ({
        json: { name: '', until: '2099-01-01', organisation },
      })),
    ),
  ],
  'DELETE /tokens/:id': [leadingNowhere(inPath('upload'))],
  'GET /audit': [
    inQuery('organisation', ['code']),
    leadingNowhere(inQuery('organisation', ['organisation', 'word'])),
    inQuery('who', ['administrator', 'word']),
    inQuery('after', ['administrator', 'upload']),
  ],
  // That the log is taken stands in the log.
  'GET /audit.csv': [{ ...inQuery('organisation', ['code']), varies: true }],
  'GET /audit.xlsx': [{ ...inQuery('organisation', ['code']), varies: true }],
  'POST /actions': [
    inQuery('organisation', ['code'], (own) => ({ json: disabling({ ids: [Number(account(own).id)] }) })),
    kept(inJson('id', ['account'], (id, own) => ({ ...here(own), json: disabling({ ids: [Number(id)] }) }))),
    kept(
      inJson('localId', ['word'], (localId, own) => ({
        ...here(own),
        json: disabling({ localIds: [localId] }),
      })),
    ),
    {
      ...inJson('search', ['word', 'account'], (search, own) => ({
        ...here(own),
        json: disabling({ filter: { search } }),
      })),
      isKept: true,
    },
  ],
  'POST /transfers': [
    kept(inJson('id', ['account'], (id, own) => ({ json: moving({ ids: [Number(id)] }, own) }))),
    kept(inJson('localId', ['word'], (localId, own) => ({ json: moving({ localIds: [localId] }, own) }))),
    inJson('from', ['code'], (from, own) => ({ json: { ...moving({ localIds: ['nobody'] }, own), from } })),
  ],
  // Whoever guesses is soon told to wait.
  'POST /joins': [
    {
      ...leadingNowhere(
        inJson('emailAddress', ['address', 'word'], (emailAddress, { code }) => ({
          json: { to: code, emailAddress, formerLocalId: 'nobody', localId: 'Z-9' },
        })),
      ),
      varies: true,
    },
  ],
  'GET /organisations/:id/settings': [leadingNowhere(inPath('code'))],
  'PATCH /organisations/:id/settings': [
    leadingNowhere(inPath('code', () => ({ json: { timeZone: 'Nowhere' } }))),
  ],
  'GET /weekly-reports': BY_CODE,
  'POST /weekly-reports': [
    inJson('organisation', ['code'], (organisation) => ({ json: { report: 'due', organisation } })),
  ],
  'DELETE /weekly-reports/:id': [leadingNowhere(inPath('upload'))],
  'GET /reports': [inQuery('id', ['upload'])],
  ...Object.fromEntries(
    REPORTS.flatMap(({ kind }) => [
      [`GET /reports/${kind}.csv`, BY_CODE],
      [`GET /reports/${kind}.xlsx`, BY_CODE],
    ]),
  ),
  'GET /duplicates': BY_CODE,
  'GET /duplicates/search': BY_CODE,
  'POST /duplicates/search': BY_CODE,
  'POST /duplicates/decisions': [
    leadingNowhere(
      inJson('account', ['account'], (id, own) => ({
        ...here(own),
        json: { accounts: [Number(id), Number(account(own).id)], decision: 'not-same' },
      })),
    ),
  ],
  'GET /openapi.json': [inQuery('id', ['upload'])],
  'GET /livez': [inQuery('id', ['upload'])],
  'GET /readyz': [inQuery('id', ['upload'])],
}

/** With which the portal is to be served. */
export const METRICS_TOKEN = 'for-the-monitoring'

export const API_PREFIX = '/api/v1'

/** Of every route but the pages: where an identifier can stand. */
export const API_PLACES: Record<string, readonly Place[]> = {
  ...Object.fromEntries(
    Object.entries(CALLS).map(([route, places]) => [route.replace(' ', ` ${API_PREFIX}`), places]),
  ),
  'GET /livez': [inQuery('id', ['upload'])],
  'GET /readyz': [inQuery('id', ['upload'])],
  'GET /metrics': [
    {
      ...inQuery('id', ['upload'], () => ({ headers: { authorization: `Bearer ${METRICS_TOKEN}` } })),
      varies: true,
    },
    leadingNowhere(inHeader('authorization', ['code', 'key'])),
  ],
}
