import type { FastifyReply } from 'fastify'
import type { Account } from '../../directory/account.ts'
import { findAccount } from '../../directory/find-accounts.ts'
import { findOrganisation } from '../../directory/organisation.ts'
import { findUsualSettings } from '../../directory/settings.ts'
import { addAccount } from '../../edits/add-account.ts'
import type { GivenValues } from '../../edits/read-values.ts'
import { LooksLikeSomebody, ValuesRefused } from '../../edits/refused.ts'
import { type FormError, field } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { ACCOUNT_TAGS } from './account-tags.ts'
import { fieldWord, valueWords } from './field-words.ts'
import { formGroups, givenIn } from './form-values.ts'

/** An empty form for somebody new. */
export async function showNew(request: PageRequest, reply: FastifyReply) {
  return showForm(request, reply, { code: request.organisation.code, values: {} })
}

/** Adds them; somebody who looks like a person who is there is shown beside that person first. */
export async function addNew(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, body } = request
  const code = field(body, 'organisation') || request.organisation.code
  const values = givenIn(body)
  try {
    const anyway = field(body, 'anyway') === 'yes'
    const { accountId, warnings } = await addAccount(portal, actor, { code }, { values, anyway })
    const { address, displayName } = await findAccount(portal, actor, accountId)
    const said = [
      `${displayName} is added, with the address ${address}.`,
      ...warnings.map(({ message }) => message),
    ]
    return reply.goTo(`/accounts/${accountId}`, said.join(' '))
  } catch (error) {
    if (error instanceof ValuesRefused) {
      const errors = error.problems.map(({ field, message }) => ({ field, message }))
      return showForm(request, reply, { code, values, errors })
    }
    if (!(error instanceof LooksLikeSomebody)) throw error
    const similar = await findAccount(portal, actor, error.accountId)
    reply.code(409)
    const errors = [{ field: 'anyway', message: error.message }]
    return showForm(request, reply, { code, values, errors, similar })
  }
}

async function showForm(
  { portal, actor }: PageRequest,
  reply: FastifyReply,
  form: { code: string; values: GivenValues; errors?: FormError[]; similar?: Account },
) {
  const organisation = await findOrganisation(portal, actor, { code: form.code })
  return reply.page('accounts/new.njk', {
    addedTo: organisation,
    groups: formGroups(
      form.values as Record<string, string | boolean>,
      organisation,
      await findUsualSettings(portal, actor, organisation.id),
    ),
    similar: form.similar && { ...form.similar, facts: factsOf(form.similar) },
    ...(form.errors ? { errors: form.errors } : {}),
  })
}

/** By what people tell each other apart. */
function factsOf(account: Account): { label: string; value: string }[] {
  const facts = (['localId', 'jobTitle', 'department', 'site', 'mobile', 'secondaryEmail'] as const).flatMap(
    (name) =>
      account[name] === null ? [] : [{ label: fieldWord(name), value: valueWords(account[name], name) }],
  )
  return [...facts, { label: fieldWord('status'), value: ACCOUNT_TAGS[account.status].text }]
}
