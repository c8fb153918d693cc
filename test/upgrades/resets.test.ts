import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databases, type OpenDatabase, type TestDatabase } from '../databases.js'
import { longMs } from '../patience.js'
import { TestSocket } from '../socket.js'

const times = 100

const upgrade = (path: string) =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol: chat.v1',
    'X-User: bob',
    '',
    '',
  ].join('\r\n')

/** A frame of a client: masked, with a mask of zeros. */
function clientFrame(text: string): Buffer {
  const body = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0]), body])
}

describe('a host whose clients reset their connections', () => {
  const [{ open }] = databases as [TestDatabase]
  let database: OpenDatabase
  let host: ChildProcess
  let port: number
  let errors = ''

  beforeAll(async () => {
    database = await open()
    const file = fileURLToPath(new URL('./resets.host.ts', import.meta.url))
    host = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', file], {
      env: { ...process.env, DATABASE_URL: database.url },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    host.stderr?.on('data', (data) => {
      errors += data
    })
    const [message] = (await once(host, 'message')) as [{ port: number }]
    port = message.port
  }, longMs)

  afterAll(async () => {
    if (host.exitCode === null) {
      host.kill()
      await once(host, 'exit')
    }
    await database.close()
  })

  const resetAfter = async (act: (socket: Socket) => void | Promise<void>) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    await act(socket)
    socket.resetAndDestroy()
  }

  /** Resolves while the host looks for a user, of this or of another socket at the same time. */
  const whileAsked = async (socket: Socket, path: string) => {
    socket.write(upgrade(path))
    await once(host, 'message')
  }

  const amidFrames = async (socket: Socket) => {
    socket.write(upgrade('/chat/ws'))
    await once(socket, 'data')
    socket.write(clientFrame('{"type":"hello"}'))
    await once(socket, 'data')
    host.send?.('fan out')
  }

  const moments: [name: string, act: (socket: Socket) => void | Promise<void>][] = [
    ['in the middle of the head', (socket) => void socket.write(upgrade('/chat/ws').slice(0, 60))],
    ['while its user is being found', (socket) => whileAsked(socket, '/chat/ws?slow')],
    ['before it is refused', (socket) => whileAsked(socket, '/chat/ws?nobody?slow')],
    ['on a path that is nobody’s', (socket) => void socket.write(upgrade('/elsewhere'))],
    [
      'right after it was let in',
      async (socket) => {
        socket.write(upgrade('/chat/ws'))
        await once(socket, 'data')
      },
    ],
    ['amid what it is sent', amidFrames],
    [
      'in the middle of a frame',
      async (socket) => {
        socket.write(upgrade('/chat/ws'))
        await once(socket, 'data')
        socket.write(clientFrame('{"type":"hello"}').subarray(0, 9))
      },
    ],
  ]

  test.each(moments)('serves on when that happens %s', { timeout: longMs }, async (_moment, act) => {
    for (let round = 0; round < times / 10; round += 1) {
      await Promise.all(Array.from({ length: 10 }, () => resetAfter(act)))
    }
    expect(host.exitCode, errors).toBeNull()
    const socket = await TestSocket.open(`ws://127.0.0.1:${port}/chat/ws`, ['chat.v1'], { 'x-user': 'alice' })
    socket.send({ type: 'hello' })
    await socket.ready()
    socket.terminate()
  })

  const count = async (): Promise<{ open: number; heap: number }> => {
    host.send?.('count')
    for (;;) {
      const [answer] = await once(host, 'message')
      if (answer !== 'asked') return answer
    }
  }

  test('has let go of all of them', { timeout: longMs }, async () => {
    // A host hears of a reset when it next looks at that socket.
    const letGo = () => expect.poll(async () => (await count()).open).toBe(0)
    for (const [, act] of moments) await Promise.all(Array.from({ length: times }, () => resetAfter(act)))
    await letGo()
    const { heap } = await count()
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: times }, () => resetAfter(amidFrames)))
    }
    await letGo()
    // A socket that is kept has 2 kB at least.
    expect((await count()).heap - heap).toBeLessThan(10 * times * 2_000)
    expect(errors).toBe('')
  })
})
