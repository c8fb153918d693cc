import { describe, expect, it } from 'vitest'
import { isPrivateLiteral, isPublic, type LookUp, publicLookup } from '../../src/webhooks/addresses.js'
import { Poster } from '../../src/webhooks/request.js'
import { givenReceiver } from './receiver.js'

/** What each of them would reach is not of the internet. */
const addresses = [
  ...['127.0.0.1', '127.8.8.8', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...['169.254.169.254', '100.64.0.1', '0.0.0.0', '0.1.2.3', '192.0.0.170', '192.0.2.1', '198.18.0.1', '198.51.100.7'],
  ...['203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
  ...['::1', '::', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'fec0::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:7f00:1'],
  ...[
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '3fff::1',
  ],
]

describe('an address', () => {
  it.each(addresses)('%s is not public', (address) => {
    expect(isPublic(address)).toBe(false)
  })

  it.each(['1.1.1.1', '9.255.255.255', '11.0.0.1', '172.15.0.1', '172.32.0.1', '100.128.0.1', '223.255.255.255'])(
    '%s is public',
    (address) => expect(isPublic(address)).toBe(true),
  )

  it.each(['2606:4700:4700::1111', '2a00:1450::1', '2001:4860:4860::8888', '2400:cb00::1'])('%s is public', (address) =>
    expect(isPublic(address)).toBe(true),
  )

  it.each(['', 'localhost', '1.2.3', 'fe80::1%eth0', '[::1]'])('"%s" is none', (address) =>
    expect(isPublic(address)).toBe(false),
  )

  const spellings = ['127.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '127.0.0.1.', '0', '１２７.0.0.1']
  it.each([...spellings, '[::1]', '[::ffff:7f00:1]', '[::ffff:10.0.0.1]', '[fd00::1]'])(
    'is known in a URL however it is spelled: %s',
    (host) => expect(isPrivateLiteral(new URL(`https://${host}/`))).toBe(true),
  )

  it.each(['example.com', '1.1.1.1', '[2606:4700:4700::1111]'])('is none of ours in a URL: %s', (host) =>
    expect(isPrivateLiteral(new URL(`https://${host}/`))).toBe(false),
  )
})

/** A resolver that gives these, one after the other; the last one for ever. */
function resolver(...answers: string[][]): LookUp {
  let asked = 0
  return (_, __, callback) => {
    const found = answers[Math.min(asked++, answers.length - 1)] ?? []
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
}

const lookedUp = (lookUp: LookUp, all: boolean) =>
  new Promise<unknown>((resolve) => {
    publicLookup(lookUp)('example.com', { all }, (error, address) => resolve(error ? error.message : address))
  })

describe('a name', () => {
  it('stands for what is public of it, and for nothing where all is private', async () => {
    const mixed = resolver(['10.0.0.1', '1.1.1.1', '::1', '2606:4700::1'])
    expect(await lookedUp(mixed, true)).toEqual([
      { address: '1.1.1.1', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ])
    expect(await lookedUp(mixed, false)).toBe('1.1.1.1')
    expect(await lookedUp(resolver(['10.0.0.1', '::1']), true)).toMatch(
      'example.com is no address of the public internet',
    )
  })

  it('is looked at again for each connection, so one that was public and is private now is refused', async () => {
    const rebinding = resolver(['1.1.1.1'], ['127.0.0.1'])
    expect(await lookedUp(rebinding, false)).toBe('1.1.1.1')
    expect(await lookedUp(rebinding, false)).toMatch('no address of the public internet')
  })

  it('passes on that it is not there', async () => {
    const missing: LookUp = (_, __, callback) =>
      callback(Object.assign(new Error('not there'), { code: 'ENOTFOUND' }), [])
    expect(await lookedUp(missing, true)).toBe('not there')
  })
})

describe('a request', () => {
  const post = async (url: string, options: { lookUp?: LookUp; allowPrivate?: boolean } = {}) => {
    const poster = new Poster({ url: new URL(url), allowPrivate: false, timeoutMs: 5_000, concurrency: 1, ...options })
    try {
      return await poster.post('{}', {}, new AbortController().signal)
    } finally {
      poster.close()
    }
  }

  it('goes to no private address, by name, literally or by a name that stands for one', async () => {
    const receiver = await givenReceiver()
    const { port } = new URL(receiver.origin)
    for (const host of [
      'localhost',
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0.0.0.0',
      '[::ffff:127.0.0.1]',
    ]) {
      await expect(post(`http://${host}:${port}/`), host).rejects.toThrow('no address of the public internet')
    }
    const lookUp = resolver(['127.0.0.1'])
    await expect(post(`http://example.com:${port}/`, { lookUp })).rejects.toThrow('no address of the public internet')
    expect(receiver.received).toEqual([])
  })

  it('goes where the name stands for one, if it may', async () => {
    const receiver = await givenReceiver()
    // It has no signature, so it is not answered as a webhook is: but it came.
    const { port } = new URL(receiver.origin)
    await expect(post(`http://localhost:${port}/`, { allowPrivate: true })).resolves.toMatchObject({ status: 401 })
  })
})
