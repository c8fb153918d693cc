import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { databases, type OpenDatabase, type TestDatabase } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'
import { blockOf, execute } from '../readme.js'

const sqlite = databases.find(({ name }) => name === 'sqlite') as TestDatabase
let database: OpenDatabase
let host: TestHost

beforeEach(async () => {
  database = await sqlite.open()
  host = await startHost(database)
  await people(host, 'alice', 'bob')
})
afterEach(async () => {
  await host.close()
  await database.close()
})

it('the wire contract shows in short what a page of the host would say', async () => {
  const room = await host.chat.rooms.create('alice', { type: 'group', name: 'Shipping', userIds: ['bob'] })
  await host.chat.messages.send('bob', room.id, { text: 'Said while Alice was away' })
  const heard: string[] = []
  const sockets: WebSocket[] = []
  // What a browser does by itself: addresses are those of the page's own site.
  class PageSocket extends WebSocket {
    constructor(path: string, protocols: string[]) {
      super(host.origin.replace('http', 'ws') + path, protocols)
      this.on('message', (data) => heard.push(JSON.parse(data.toString()).type))
      sockets.push(this)
    }
  }
  const committed = new Promise((resolve) => {
    execute(blockOf('docs/protocol.md', 'test/docs/protocol-in-short.test.ts: wire'), {
      fetch: (path: string, init: RequestInit) => fetch(host.origin + path, init),
      WebSocket: PageSocket,
      headers: { 'x-user': 'alice' },
      roomId: room.id,
      lastRevisionSeen: room.revision,
      console: { log: (_: string, message: unknown) => resolve(message) },
    })
  })
  expect(await committed).toMatchObject({ text: 'Hello', user: { id: 'alice' }, roomId: room.id })
  expect(heard.slice(0, 3)).toEqual(['welcome', 'message.created', 'ready'])
  expect((await host.chat.messages.list('bob', room.id)).items.at(-1)).toMatchObject({ text: 'Hello' })
  for (const socket of sockets) socket.terminate()
})
