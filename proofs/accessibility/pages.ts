import type { Page } from 'playwright-core'
import type { Portal } from '../../src/portal.ts'
import { type States, spoil } from './states.ts'

/** Every page in every state, by who opens it; a word in braces stands for what is in that state. */
export const PAGES = {
  ann: [
    '/',
    '/uploads',
    '/uploads?page=2',
    '/uploads/new',
    '/uploads/{checking}',
    '/uploads/{rejected}',
    '/uploads/{rejected}/mapping',
    '/uploads/{checked}',
    '/uploads/{checked}?show=errors',
    '/uploads/{checked}?show=unchanged',
    '/uploads/{checked}?show=warnings',
    '/uploads/{creating}',
    '/uploads/{creating}?show=possible-duplicates',
    '/uploads/{queued}',
    '/uploads/{applying}',
    '/uploads/{stopping}',
    '/uploads/{completed}',
    '/uploads/{completed}?result=failed',
    '/uploads/{created}?result=skipped',
    '/uploads/{cancelled}',
    '/uploads/{failed}',
    '/uploads/{expired}',
    '/uploads/{expired}/results.csv',
    '/uploads/{long}',
    '/uploads/{long}?show=errors',
    '/accounts',
    '/accounts?page=2',
    '/accounts?search=nobody',
    '/accounts?changedSince=yesterday',
    '/accounts/1',
    '/accounts/1/edit',
    '/accounts/1/addresses',
    '/accounts/new',
    '/accounts/by-local-id',
    '/transfers/new',
    '/transfers/new?account=1',
    '/joins/new',
    '/accounts/99999',
    '/reports',
    '/reports/{reported}',
    '/reports/mailbox',
    '/reports/changes',
    '/reports/changes?from=x',
    '/reports/changes?person=1&field=site',
    '/reports/uploads',
    '/reports/due',
    '/reports/without-local-id',
    '/reports/data-quality',
    '/duplicates',
    '/duplicates?show=not-the-same',
    '/changes',
    '/changes/{completed}', // an upload's own page
    '/changes/{undo}',
    '/changes/{action}',
    '/changes/{transfer}',
    '/changes/{held}',
    '/changes/{completed}/choice',
    '/changes/{checked}/choice', // nothing to choose from
    '/help/columns',
    '/help',
    '/password',
    '/sessions',
    '/ways-to-sign-in',
    '/ways-to-sign-in/app',
    '/ways-to-sign-in/passkey', // on an address in numbers there is none: the page itself is in passkeys.test.ts
    '/confirm',
    '/no-such-page',
  ],
  grace: [
    '/',
    '/outbox',
    '/outbox/1',
    '/organisation',
    '/organisation?search=nowhere',
    '/organisation/places',
    '/organisation/settings',
    '/organisations',
    '/organisations?search=nowhere',
    '/organisations/new',
    '/organisations/load',
    '/organisations/load/1',
    '/organisations/1',
    '/organisation/administrators',
    '/organisation/administrators?of=all',
    '/organisation/administrators/new',
    '/organisation/administrators/1',
    '/organisation/tokens',
    '/organisation/tokens/new',
    '/organisation/audit-log',
    '/organisation/audit-log?of=all',
    '/organisation/audit-log?from=x',
    '/reports/administrators',
  ],
  bo: ['/', '/changes/{held}'],
  dee: ['/uploads/{divided}', '/uploads/{whole}'],
  help: ['/', '/uploads', '/accounts', '/accounts/1', '/accounts/new', '/password', '/ways-to-sign-in'],
  audit: [
    '/uploads/{checked}',
    '/uploads/{applying}',
    '/organisation/administrators/1',
    '/organisation/audit-log',
  ],
  newcomer: ['/', '/uploads', '/accounts', '/reports'],
  stranger: [
    '/help',
    '/accessibility',
    '/privacy',
    '/sign-in',
    '/uploads', // sent to sign in
    '/sign-in/second-factor',
    '/sign-in/with/1', // it doesn't answer
    '/sign-in/with/1/back', // out of the blue
    '/password/forgotten',
    '/password/set?link=none',
    '/no-such-page',
  ],
}

export type Who = keyof typeof PAGES
export const EVERYBODY = Object.keys(PAGES) as Who[]

/** A page in a state: who opens which path, and what they do there until the page is there that is looked at. */
export type Visit = {
  who: Who
  name: string
  path: string
  does?: (page: Page, ids: States['ids']) => Promise<void>
  /** What it says then. */
  sees?: string | RegExp
  /** What happens to the portal before. */
  before?: (portal: Portal, ids: States['ids']) => Promise<void>
}

/** Forms that are wrong, and pages that answer a form. */
const FORMS: Visit[] = [
  wrong('stranger', '/sign-in', /^Sign in$/),
  wrong('stranger', '/password/forgotten', 'Send me a link'),
  wrong('ann', '/uploads/new', 'Check this file'),
  wrong('ann', '/accounts/new', 'Add them'),
  wrong('ann', '/password', 'Change my password'),
  {
    who: 'ann',
    name: 'a choice of addresses',
    path: '/accounts/1/edit',
    does: async (page) => {
      await page.getByLabel('Last name').fill('Ünal')
      await clicks(page, 'Save')
    },
    sees: 'Which e-mail address?',
  },
  {
    who: 'stranger',
    name: 'a link that was sent',
    path: '/password/forgotten',
    does: async (page) => {
      await page.getByLabel('E-mail address').fill('nobody@trust.example')
      await clicks(page, 'Send me a link')
    },
    sees: 'Check your e-mail',
  },
  {
    who: 'ann',
    name: 'choices that were kept',
    path: '/uploads/{creating}?show=possible-duplicates',
    does: async (page) => {
      await page.getByRole('radio', { name: 'Create a new account' }).first().check()
      await page.locator('.muster-tabs button').first().click()
    },
    sees: /as you decided/,
  },
  // The form is of before: cancelled meanwhile, and another session's.
  {
    who: 'ann',
    name: 'a conflict',
    path: '/uploads/{checked}',
    does: (page, ids) => confirms(page, `action = '/uploads/${ids.cancelled}/confirmation'`),
    sees: 'This can’t be done now',
  },
  {
    who: 'ann',
    name: 'a stale form',
    path: '/uploads/{checked}',
    does: (page) => confirms(page, `querySelector('[name=_csrf]').value = 'old'`),
    sees: 'Send it again',
  },
  {
    who: 'newcomer',
    name: 'a form that is sent after the session ended',
    path: '/accounts/new',
    does: async (page) => {
      await page.context().clearCookies()
      await clicks(page, 'Add them')
    },
    sees: 'You were signed out',
  },
]

/** Comes last: the upload can't be shown any more. */
const FAULT: Visit = {
  who: 'ann',
  name: 'a fault of Muster’s own',
  path: '/uploads/{checked}',
  before: (portal, { checked }) => spoil(portal, checked as number),
  sees: 'Sorry, there is a problem with Muster',
}

/** All that there is to see, in the order in which it can be seen. */
export const VISITS: readonly Visit[] = [
  ...EVERYBODY.flatMap((who) => PAGES[who].map((path) => ({ who, name: path, path }))),
  ...FORMS,
  FAULT,
]

/** Opens the page and brings it to the state that is meant. */
export async function visit(page: Page, each: Visit, { ids }: States, portal: Portal): Promise<void> {
  await each.before?.(portal, ids)
  await page.goto(each.path.replace(/\{(.+)\}/, (_, state) => String(ids[state])))
  await each.does?.(page, ids)
  if (each.sees) await page.locator('main').getByText(each.sees).first().waitFor()
}

function wrong(who: Who, path: string, button: string | RegExp): Visit {
  const does = (page: Page) => clicks(page, button)
  return { who, name: `${path} with errors`, path, does, sees: 'There is a problem' }
}

async function clicks(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name }).first().click()
}

async function confirms(page: Page, changed: string): Promise<void> {
  await page.evaluate(
    `document.querySelector('form[action$=confirmation]').${changed}; document.querySelector('form[action$=confirmation] button').click()`,
  )
}
