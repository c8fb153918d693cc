import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { shareHost } from '../core/shared-host.js'
import { databases, type TestDatabase } from '../databases.js'
import { givenStorage } from '../media/given-storage.js'
import { TestSocket } from '../socket.js'
import { isHere, proxyNames, startProxy } from './proxies.js'

const missing = proxyNames.filter((name) => !isHere(name))
if (missing.length > 0) console.warn(`  – not tried, since not installed: ${missing.join(', ')}`)

it('every proxy that docs/hosts.md speaks of is installed, where REQUIRE_PROXIES=1 demands it', () => {
  expect(process.env.REQUIRE_PROXIES === '1' ? missing : []).toEqual([])
})

describe.each(proxyNames.filter(isHere))('behind %s as docs/hosts.md configures it', (name) => {
  const { storage, remove } = givenStorage()
  const host = shareHost(databases[0] as TestDatabase, { storage })
  afterAll(remove)

  it('pages of the site open sockets, and files of some megabytes are uploaded', async () => {
    const proxy = await startProxy(name, host.origin)
    const user = { 'x-user': 'alice' }
    try {
      const url = `${proxy.origin.replace('http', 'ws')}/chat/ws`
      const socket = await TestSocket.open(url, ['chat.v1'], { ...user, origin: proxy.origin })
      socket.send({ type: 'hello' })
      expect(await socket.next('welcome')).toMatchObject({ user: { id: 'alice' } })
      socket.terminate()

      const body = new FormData()
      body.append('file', new Blob([randomBytes(1_500_000).toString('hex')]), 'large.txt')
      const uploaded = await fetch(`${proxy.origin}/chat/media`, { method: 'POST', headers: user, body })
      expect([uploaded.status, await uploaded.json()]).toMatchObject([201, { byteSize: 3_000_000 }])
    } finally {
      await proxy.close()
    }
  })
})
