/** Whether a host, as a setting names it, is this machine and no network is between. In doubt it isn't. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)
}
