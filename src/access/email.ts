import { InvalidInput } from '../errors.ts'

const LONGEST = 254

// Of what is typed no more is looked at: to bring half a million accents into their order takes a minute, in which
// nobody else is answered.
const MOST_READ = 4 * LONGEST

/** What an administrator is found by: their address without regard to case and blanks around it. */
export function emailKey(email: string): string {
  return email.trim().slice(0, MOST_READ).normalize('NFC').toLowerCase()
}

/**
 * An address as it will be kept.
 * @throws InvalidInput when it can't be one
 */
export function readEmail(text: string): string {
  const email = text.trim().slice(0, MOST_READ).normalize('NFC')
  if (email === '') throw new InvalidInput('Enter an e-mail address.', { field: 'email' })
  // Only the mail server knows whether the address can be delivered to.
  if (email.length > LONGEST || !/^[^\s@<>(),;:"\\]+@[^\s@<>(),;:"\\]+$/.test(email))
    throw new InvalidInput(`“${email}” is not an e-mail address. Write it like name@example.org.`, {
      field: 'email',
    })
  return email
}
