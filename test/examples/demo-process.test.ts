import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Demo, newPlace, type Place, runDemo, startDemo, startsMs } from './demo.js'
import { takenAtOnce } from './rates.js'

let place: Place
let running: Demo[] = []

beforeEach(async () => {
  place = await newPlace()
}, startsMs)
afterEach(async () => {
  await Promise.all(running.map((demo) => demo.end('SIGKILL')))
  running = []
  await place.remove()
})

async function start(env: Record<string, string> = {}): Promise<Demo> {
  const demo = await startDemo(place, env, runDemo)
  running.push(demo)
  return demo
}

describe('the process of the demo', { timeout: startsMs }, () => {
  it('keeps between runs what was said, the links and who is signed in', async () => {
    const first = await start()
    await first.alice.call('POST', `/chat/rooms/${first.roomId}/messages`, { text: 'Kept' })
    await first.end()
    const second = await start()
    expect(second.roomId).toBe(first.roomId)
    const { body } = await first.bob.call('GET', `/chat/rooms/${second.roomId}/messages`)
    expect(body.items.at(-1)).toMatchObject({ text: 'Kept', user: { name: 'Alice' } })
  })

  it('goes on with what an older version has kept', async () => {
    const connection = await new PrismaLibSql({ url: `file:${join(place.data, 'chat.db')}` }).connect()
    await connection.executeScript(`${await readFile('test/prisma/before/sqlite.sql', 'utf8')}
      CREATE TABLE "User" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT NOT NULL,
        "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);
      INSERT INTO chat_users (id, name) VALUES ('alice', 'Alice of before');`)
    await connection.dispose()
    const demo = await start()
    await demo.alice.call('POST', `/chat/rooms/${demo.roomId}/messages`, { text: 'Said since' })
    const { body } = await demo.bob.call('GET', `/chat/rooms/${demo.roomId}`)
    expect(body).toMatchObject({ lastMessage: { text: 'Said since' }, me: { unreadCount: expect.any(Number) } })
  })

  it('multiplies every rate by RATE_FACTOR', async () => {
    const { alice, roomId } = await start({ RATE_FACTOR: '2.5' })
    expect(await takenAtOnce(alice, roomId, 60)).toBe(50)
  })

  it('ends by itself on SIGTERM, and tells sockets to come back', async () => {
    const demo = await start()
    const socket = await demo.alice.socket()
    const silent = connect(place.port, 'localhost').on('error', () => undefined)
    await new Promise((resolve) => silent.once('connect', resolve))
    expect(await demo.end('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await socket.ended()).toMatchObject({ code: 1012, reason: expect.stringMatching(/^\d+$/) })
    silent.destroy()
  })

  it('says what to do when its port is in use', async () => {
    const other = createServer().listen(place.port)
    await once(other, 'listening')
    const { output, code } = await failToStart({})
    other.close()
    expect(output).toContain(`port ${place.port} is in use; take another one: PORT=${place.port + 1}`)
    expect(output).not.toMatch(/^ +at /m)
    expect(code).toBe(1)
  })

  it.each([{ PORT: '65536' }, { RATE_FACTOR: 'fast' }])('does not start with %o and says why', async (env) => {
    const [[name, value] = []] = Object.entries(env)
    const { output, code } = await failToStart(env)
    expect(output).toContain(`The demo cannot start: ${name} is "${value}"`)
    expect(output).not.toMatch(/^ +at /m)
    expect(code).toBe(1)
  })
})

async function failToStart(env: Record<string, string>) {
  const example = runDemo({ DATA: place.data, PORT: String(place.port), ...env })
  const { code } = await example.ended
  return { output: example.output, code }
}
