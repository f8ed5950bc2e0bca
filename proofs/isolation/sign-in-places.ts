import { inForm, inPath, inQuery, leadingNowhere, type Place } from './place.ts'

export const NEW_PASSWORD = 'seven-brass-kettles'

/** Of pages that read no identifier at all; they are given some all the same. */
export const STRAY: Place[] = [
  inQuery('organisation', ['code', 'organisation']),
  inQuery('id', ['upload', 'account']),
]

/** Of the pages by which somebody signs in, and shows who they are: where an identifier can stand. */
export const SIGN_IN_PLACES: Record<string, readonly Place[]> = {
  'GET /sign-in': [inQuery('next', ['upload', 'account'])],
  'POST /sign-in': [
    leadingNowhere(inForm('email', ['administrator', 'word'], () => ({ form: { password: NEW_PASSWORD } }))),
    leadingNowhere(
      inForm('next', ['upload'], () => ({ form: { email: 'nobody@proof.example', password: NEW_PASSWORD } })),
    ),
  ],
  'GET /sign-in/second-factor': [inQuery('next', ['upload', 'account'])],
  'POST /sign-in/second-factor': [
    leadingNowhere(inForm('recovery-code', ['word', 'link'], () => ({ form: { with: 'recovery-code' } }))),
  ],
  'GET /sign-in/with/:id': [
    leadingNowhere(inPath('code')),
    leadingNowhere(inQuery('link', ['link', 'key'], () => ({ id: 'nobody' }))),
  ],
  'GET /sign-in/with/:id/back': [
    leadingNowhere(inPath('code')),
    leadingNowhere(inQuery('state', ['link', 'key'], () => ({ id: 'nobody' }))),
  ],
  'GET /ways-to-sign-in': STRAY,
  'POST /ways-to-sign-in/removal': [leadingNowhere(inForm('factor', ['administrator', 'upload']))],
  'POST /ways-to-sign-in/recovery-codes': [leadingNowhere(inForm('administrator', ['administrator']))],
  'GET /ways-to-sign-in/app': [{ ...inQuery('next', ['upload', 'account']), varies: true }], // a new secret each
  'POST /ways-to-sign-in/app': [
    {
      ...leadingNowhere(inForm('secret', ['word', 'link'], () => ({ form: { code: '123456' } }))),
      varies: true,
    },
  ],
  'GET /ways-to-sign-in/passkey': STRAY.map(leadingNowhere), // over HTTP to an address of numbers there are none
  'POST /ways-to-sign-in/passkey': [
    leadingNowhere(inForm('passkey', ['word'], () => ({ form: { name: 'key' } }))),
  ],
  'GET /confirm': STRAY,
  'POST /confirm': [inForm('next', ['upload', 'account'])],
}
