import { Client } from 'pg'
import { isLoopback } from '../loopback.ts'

/** Whether what goes to this PostgreSQL, the password too, can be read on the way: over a network, and without TLS. */
export function goesInClear(url: string): boolean {
  const { host, ssl } = new Client(url) // which reads the URL as every connection does; it isn't opened
  return !ssl && !host.startsWith('/') && !isLoopback(host)
}
