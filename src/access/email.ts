import { InvalidInput } from '../errors.ts'

/** What an administrator is found by: their address without regard to case and blanks around it. */
export function emailKey(email: string): string {
  return email.normalize('NFC').trim().toLowerCase()
}

/**
 * An address as it will be kept.
 * @throws InvalidInput when it can't be one
 */
export function readEmail(text: string): string {
  const email = text.normalize('NFC').trim()
  if (email === '') throw new InvalidInput('Enter an e-mail address.', { field: 'email' })
  // Whether it can be delivered to, only the mail server knows.
  if (email.length > 254 || !/^[^\s@<>(),;:"\\]+@[^\s@<>(),;:"\\]+$/.test(email))
    throw new InvalidInput(`“${email}” is not an e-mail address. Write it like name@example.org.`, {
      field: 'email',
    })
  return email
}
