import { pathHere } from '../path-here.ts'

/** Where somebody goes on once they have kept their recovery codes. */
export function afterwards(next: string): string {
  return next === '' ? '/ways-to-sign-in' : pathHere(next)
}
