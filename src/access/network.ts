/** Where a request comes from, as attempts are counted: nobody gets more of them by the addresses that one has anyway. */
export type Origin = {
  /** IPv4: the address. IPv6: its /64, from which a single machine takes as many as it likes. */
  address: string
  /** IPv4: its /24. IPv6: its /56, which is what one line is given (RIPE-690). */
  network: string
}

/** What isn't an address, since a proxy was told to say something else, stands for itself. */
export function originOf(ip: string): Origin {
  const text = (ip.split('%', 1)[0] as string).slice(0, 64)
  const groups = groupsOf(text)
  if (groups === undefined) return ofIpv4(text)
  const [a, b, c, d, , , g, h] = groups as [number, number, number, number, number, number, number, number]
  const isIpv4 = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff // ::ffff:192.0.2.1
  if (isIpv4) return ofIpv4([g >> 8, g & 255, h >> 8, h & 255].join('.'))
  const hex = (...parts: number[]) => parts.map((part) => part.toString(16)).join(':')
  return { address: `${hex(a, b, c, d)}::/64`, network: `${hex(a, b, c, d & 0xff00)}::/56` }
}

function ofIpv4(ip: string): Origin {
  const isAddress = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(ip)
  return { address: ip, network: isAddress ? `${ip.slice(0, ip.lastIndexOf('.'))}.0/24` : ip }
}

/** The eight numbers of an IPv6 address, however it is written; undefined for what is none. */
function groupsOf(ip: string): number[] | undefined {
  if (!ip.includes(':') || !URL.canParse(`http://[${ip}]`)) return undefined
  const shortest = new URL(`http://[${ip}]`).hostname.slice(1, -1)
  const [left, right] = shortest.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const numbers = (half: string[] = []) => half.map((group) => Number.parseInt(group, 16))
  const [before, after] = [numbers(left), numbers(right)]
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}
