import { connect, createServer, type Socket } from 'node:net'
import { findFreePort } from '../../src/database/embedded-server.ts'

/** A stretch of network between Muster and another server, which can go away without a word. */
export type SilentProxy = AsyncDisposable & {
  port: number
  /** From now on nothing passes over the connections that are open, and none of them is closed; new ones are well. */
  swallow(): void
  /** How many connections were open when they were swallowed, and of those how many the client has closed since. */
  swallowed(): { open: number; closed: number }
}

/** @param target the port of this machine that it leads to */
export async function openSilentProxy(target: number): Promise<SilentProxy> {
  const pairs = new Set<{ client: Socket; server: Socket; isSwallowed: boolean }>()
  let closed = 0
  const listener = createServer((client) => {
    const server = connect(target, '127.0.0.1')
    const pair = { client, server, isSwallowed: false }
    pairs.add(pair)
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('data', (bytes) => {
        if (!pair.isSwallowed) to.write(bytes)
      })
      from.on('error', () => {})
      from.on('close', () => {
        if (from === client && pair.isSwallowed) closed++
        if (pair.isSwallowed) return
        to.destroy()
        pairs.delete(pair)
      })
    }
  })
  const port = await findFreePort()
  await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve))
  const swallowedPairs = () => [...pairs].filter((pair) => pair.isSwallowed)
  return {
    port,
    swallow: () => {
      for (const pair of pairs) pair.isSwallowed = true
    },
    swallowed: () => ({ open: swallowedPairs().length, closed }),
    [Symbol.asyncDispose]: async () => {
      for (const { client, server } of pairs) {
        client.destroy()
        server.destroy()
      }
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}
