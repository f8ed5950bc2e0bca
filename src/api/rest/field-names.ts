/** A field of an account as the API calls it: an account's aliases are its other addresses there. */
export function apiNameOf(field: string): string {
  return field === 'aliases' ? 'otherAddresses' : field
}

/** The field that the API calls so. */
export function fieldNamed(apiName: string): string {
  return apiName === 'otherAddresses' ? 'aliases' : apiName
}
