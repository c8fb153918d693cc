import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blockOf } from '../readme.js'
import { type Client, clientOf } from './api.js'
import { startsMs } from './demo.js'
import { type Example, type Folder, freePort, run, temporaryFolder } from './process.js'

let folder: Folder
let example: Example
let alice: Client
let bob: Client
let nobody: Client

/** The commands of the page, with one more line like that for Alice's token, for Bob. */
function commands(databaseUrl: string): string {
  const shown = blockOf('docs/install.md', 'test/examples/minimal.test.ts: commands')
    .replaceAll('file:chat.db', databaseUrl)
    .trim()
    .split('\n')
  const token = shown.find((line) => line.includes('Alice')) as string
  const start = shown.pop() as string
  return [...shown, token.replace('Alice', 'Bob').replace('alice', 'bob'), `exec ${start}`].join('\n')
}

beforeAll(async () => {
  folder = await temporaryFolder()
  const port = await freePort()
  const url = `file:${join(folder.path, 'chat.db')}`
  example = run('bash', ['-ec', commands(url)], { DATABASE_URL: url, PORT: String(port) })
  await example.printed(/^http:\/\/localhost:\d+\/chat\/docs$/m)
  const [ofAlice, ofBob] = example.output.match(/^ey\S+$/gm) ?? []
  const origin = `http://localhost:${port}`
  ;[alice, bob, nobody] = [clientOf(origin, ofAlice), clientOf(origin, ofBob), clientOf(origin)]
}, startsMs)

afterAll(async () => {
  await example?.end()
  await folder?.remove()
})

describe('the minimal example, started as docs/install.md says', () => {
  it('is one file of fewer than 40 lines', () => {
    const lines = readFileSync('examples/minimal/server.ts', 'utf8').trimEnd().split('\n')
    expect(lines.length).toBeLessThan(40)
  })

  it('knows who a token speaks of, and nobody without one', async () => {
    expect(await alice.call('GET', '/chat/users/me')).toMatchObject({
      status: 200,
      body: { id: 'alice', name: 'Alice' },
    })
    expect(await nobody.call('GET', '/chat/users/me')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
  })

  it('serves its documentation where it says', async () => {
    expect(await nobody.call('GET', '/chat/docs')).toMatchObject({ status: 200 })
  })

  it('lets two people talk, one over HTTP and one over a socket', async () => {
    await bob.call('GET', '/chat/users/me')
    const socket = await bob.socket()
    const room = await alice.call('POST', '/chat/rooms', { type: 'private', userIds: ['bob'] })
    expect(room).toMatchObject({ status: 201, body: { peer: { id: 'bob' } } })
    const roomId = room.body.id
    expect(await socket.next('room.joined')).toMatchObject({ room: { id: roomId } })

    const sent = await alice.call('POST', `/chat/rooms/${roomId}/messages`, { text: 'Hello Bob' })
    expect(sent.status).toBe(201)
    const heard = await socket.next('message.created')
    expect(heard).toMatchObject({ roomId, message: { text: 'Hello Bob', user: { name: 'Alice' } } })

    const answer = await socket.command('message.send', { roomId, clientId: '1', text: 'Hello Alice' })
    expect(answer).toMatchObject({ type: 'ok', result: { text: 'Hello Alice' } })
    const { body } = await alice.call('GET', `/chat/rooms/${roomId}/messages`)
    expect(body.items.map(({ text }: { text: string }) => text)).toEqual(
      expect.arrayContaining(['Hello Bob', 'Hello Alice']),
    )
    socket.terminate()
  })
})
