import type { FastifyReply } from 'fastify'
import { type Account, hasGone } from '../../directory/account.ts'
import { ACCOUNT_FIELDS, type FieldValue, PERSON_FIELDS } from '../../directory/fields.ts'
import { findAccount } from '../../directory/find-accounts.ts'
import { findOrganisation } from '../../directory/organisation.ts'
import { findUsualSettings } from '../../directory/settings.ts'
import { editAccount } from '../../edits/edit-account.ts'
import { proposeAddress } from '../../edits/propose-address.ts'
import type { GivenValues } from '../../edits/read-values.ts'
import { ChangedMeanwhile, type FieldConflict, ValuesRefused } from '../../edits/refused.ts'
import { Conflict } from '../../errors.ts'
import { date } from '../../words.ts'
import { type FormError, field, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { fieldWord, valueWords } from './field-words.ts'
import { formGroups, givenIn } from './form-values.ts'

/** The form with all of a person's fields. */
export async function showEdit(request: PageRequest, reply: FastifyReply) {
  const account = await findAccount(request.portal, request.actor, idOf(request.params.id))
  refuseGone(account)
  return showForm(request, reply, account, { version: account.version, values: account })
}

/**
 * Saves it, against the version that the form was opened at. A name that would make another address asks for the choice
 * first; what others changed meanwhile is shown, with the form as it would be saved.
 */
export async function saveEdit(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params, body } = request
  const account = await findAccount(portal, actor, idOf(params.id))
  const version = Number(/^\d{1,9}$/.exec(field(body, 'version'))?.[0] ?? account.version)
  const given = givenIn(body)
  const chosen = field(body, 'emailAddress')
  const question = chosen === '' ? await askForAddress(request, reply, account, given, version) : undefined
  if (question !== undefined) return question
  try {
    const values = chosen === '' || chosen === account.address ? given : { ...given, emailAddress: chosen }
    const { changeSet, warnings } = await editAccount(portal, actor, account.id, { version, values })
    const saved = changeSet === null ? 'Nothing was changed.' : 'Saved.'
    const said = [saved, ...warnings.map(({ message }) => message)].join(' ')
    return reply.goTo(`/accounts/${account.id}`, said)
  } catch (error) {
    if (error instanceof ValuesRefused) {
      const errors = error.problems.map(({ field, message }) => ({ field, message }))
      return showForm(request, reply, account, { version, values: given, errors })
    }
    if (!(error instanceof ChangedMeanwhile || error instanceof Conflict)) throw error
    reply.code(409)
    if (error instanceof Conflict)
      return showForm(request, reply, account, {
        version,
        values: given,
        errors: [{ field: '', message: error.message }],
      })
    return showForm(request, reply, account, {
      version: error.version,
      values: error.values,
      errors: tellConflicts(error.conflicts),
    })
  }
}

/** @throws Conflict for an account that nobody may change */
export function refuseGone({ status, displayName }: Account): void {
  if (!hasGone(status)) return
  throw new Conflict(
    `${displayName} has left or was deleted, so the account can’t be changed. Ask for it to be restored first.`,
  )
}

type FormState = {
  version: number
  values: Readonly<Record<string, FieldValue | undefined>> | Account
  errors?: FormError[]
}

async function showForm(
  { portal, actor }: PageRequest,
  reply: FastifyReply,
  account: Account,
  { version, values, errors }: FormState,
) {
  const places = await findOrganisation(portal, actor, { id: account.organisation.id })
  return reply.page('accounts/edit.njk', {
    id: account.id,
    name: account.displayName,
    version,
    groups: formGroups(
      values as Record<string, FieldValue>,
      places,
      await findUsualSettings(portal, actor, places.id),
    ),
    ...(errors ? { errors } : {}),
  })
}

/** @returns the page that asks, where the new name would make another address */
async function askForAddress(
  { portal, actor }: PageRequest,
  reply: FastifyReply,
  account: Account,
  given: GivenValues,
  version: number,
): Promise<string | undefined> {
  const [firstName, lastName] = [given.firstName, given.lastName].map((name) => String(name ?? '').trim())
  if (firstName === (account.firstName ?? '') && lastName === (account.lastName ?? '')) return undefined
  if (!firstName || !lastName) return undefined
  const proposed = await proposeAddress(portal, actor, account.id, {
    firstName,
    lastName,
    address: account.address,
  })
  if (proposed === undefined) return undefined
  const others = account.otherAddresses.filter((address) => address !== proposed)
  const choices = [
    ...(account.address ? [{ value: account.address, text: `${account.address} (as now)` }] : []),
    { value: proposed, text: `${proposed} (new)` },
    ...others.map((address) => ({ value: address, text: `${address} (theirs already)` })),
  ]
  return reply.page('accounts/choose-address.njk', {
    ...{ id: account.id, name: account.displayName, version, choices, newName: `${firstName} ${lastName}` },
    kept: PERSON_FIELDS.flatMap((name) => {
      const value = given[name]
      if (value === false) return []
      return [{ name, value: value === true ? 'yes' : String(value ?? '') }]
    }),
  })
}

/** What others did to the fields that the editor changed too, beside each of them. */
function tellConflicts(conflicts: readonly FieldConflict[]): FormError[] {
  const told = conflicts.map(({ field, base, theirs, yours, by, at }) => ({
    field: field in ACCOUNT_FIELDS ? field : '',
    message: `${fieldWord(field)}: ${by ?? 'somebody'} changed it${at ? ` on ${date(at)}` : ''} from ${words(base, field)} to ${words(theirs, field)}. You changed it to ${words(yours, field)}.`,
  }))
  return [{ field: '', message: MEANWHILE }, ...told]
}

const MEANWHILE =
  'Others changed the same fields while you did, so nothing is saved yet. Leave in each field what shall stand, and save again.'

function words(value: FieldValue, field: string): string {
  const text = valueWords(value, field)
  return text === '' ? 'empty' : `“${text}”`
}
