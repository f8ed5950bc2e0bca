import { count, number } from '../words.ts'

/** What confirming a plan does, and to how many accounts: the words of the button, and of the command. */
export function actWords({ update, create }: { update: number; create: number }): string {
  if (create === 0) return `Update ${count(update, 'account')}`
  if (update === 0) return `Create ${count(create, 'account')}`
  return `Update ${number(update)} and create ${number(create)}`
}
