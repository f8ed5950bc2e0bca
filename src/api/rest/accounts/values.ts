import { z } from 'zod'
import type { GivenValues } from '../../../edits/read-values.ts'
import { fieldNamed } from '../field-names.ts'

const text = z.string().max(4_000).nullable().exactOptional()
const yesOrNo = z.boolean().exactOptional()

/** What may be given of an account. `null` empties a field; what is left out stays as it is. */
export const GIVEN_VALUES = {
  ...{ localId: text, title: text, firstName: text, middleName: text, lastName: text, knownAs: text },
  ...{ jobTitle: text, department: text, site: text.describe('By its code or name.') },
  ...{ organisationalUnit: text, mobile: text, hideMobile: yesOrNo, telephone: text },
  ...{ secondaryEmail: text, description: text, hideFromDirectory: yesOrNo },
  startsOn: text.describe(
    'The day on which the person starts, such as 2026-12-01: a new account is pending until then.',
  ),
}

export const ownAddress = z.string().max(254).describe('An address of the directory’s own domain.')

/** As the edits know it. */
export function givenValues(values: object): GivenValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [fieldNamed(name), value]))
}
