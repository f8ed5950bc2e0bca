import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

type Asked = { challenge: string; rp?: { id: string }; rpId?: string }

/** A security key as a browser speaks to it: what it answers to what a page asks, as the page's form sends it. */
export function authenticator(origin: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(16)
  let uses = 0

  function dataFor(rpId: string, attested: Buffer): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(++uses)
    const flags = attested.length > 0 ? 0x41 : 0x01
    return Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flags]), count, attested])
  }

  function answer(type: string, challenge: string, response: (client: Buffer) => Record<string, Buffer>) {
    const client = Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
    const parts = Object.entries({ clientDataJSON: client, ...response(client) })
    return JSON.stringify({
      ...{ id: text(id), rawId: text(id), type: 'public-key', clientExtensionResults: {} },
      response: Object.fromEntries(parts.map(([name, bytes]) => [name, text(bytes)])),
    })
  }

  return {
    /** Makes its passkey for what a page asks. */
    create({ challenge, rp }: Asked): string {
      const hex = (coordinate: string) => Buffer.from(coordinate, 'base64url').toString('hex')
      const key = Buffer.from(`a5010203262001215820${hex(x)}225820${hex(y)}`, 'hex') // COSE: ES256
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key])
      const data = dataFor(rp?.id ?? '', attested)
      return answer('webauthn.create', challenge, () => ({
        attestationObject: Buffer.concat([
          Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
          Buffer.from([data.length]),
          data,
        ]),
      }))
    },
    /** Signs for what a page asks. @param again as one that was copied, which counts from the start */
    get({ challenge, rpId = '' }: Asked, again = false): string {
      if (again) uses = 0
      const data = dataFor(rpId, Buffer.alloc(0))
      return answer('webauthn.get', challenge, (client) => ({
        authenticatorData: data,
        signature: sign('sha256', Buffer.concat([data, sha256(client)]), privateKey),
      }))
    },
  }
}

/** What a page asks of a passkey. */
export function askedOn(html: string): Asked {
  const options = /data-options="([^"]+)"/.exec(html)?.[1] ?? 'null'
  return JSON.parse(options.replaceAll('&quot;', '"').replaceAll('&amp;', '&'))
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function text(bytes: Buffer): string {
  return bytes.toString('base64url')
}
