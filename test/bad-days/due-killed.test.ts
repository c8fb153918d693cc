import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createChatRouter } from 'express-chat'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import { people, secret, startHost, userOfHeader } from '../host.js'
import { longMs } from '../patience.js'
import { givenDatabase, givenGroup } from '../realtime/given.js'

const minute = 60_000

/** Three servers on one database, of which one is a process of its own that dies at such a moment. */
async function threeServers(on: TestDatabase, dies: string) {
  const database = await givenDatabase(on)
  let ahead = 0
  const clock = () => new Date(Date.now() + ahead)
  const host = await startHost(database, { clock })
  const other = createChatRouter({
    resolveUser: userOfHeader,
    prisma: database.connect(),
    secret,
    path: '/chat',
    clock,
  })
  onTestFinished(() => Promise.all([host.close(), other.close()]).then(() => undefined))
  await people(host, 'alice')
  const file = fileURLToPath(new URL('./due.host.ts', import.meta.url))
  const mortal = spawn(process.execPath, ['--import', 'tsx', file], {
    env: { ...process.env, DATABASE: on.name, DATABASE_URL: database.url, AHEAD_MS: `${2 * minute}`, DIES: dies },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  onTestFinished(() => void mortal.kill('SIGKILL'))
  await once(mortal, 'message')
  const pass = (ms: number) => {
    ahead += ms
  }
  return { host, other, mortal, clock, pass }
}

describe.each(databases)('a server that is killed while it sends what is due, on $name', (on) => {
  const moments = ['while the host is asked', 'before its commit', 'after its commit']

  it.each(moments)('%s: it is sent once, by whichever of the others looks', { timeout: longMs }, async (dies) => {
    const { host, other, mortal, clock, pass } = await threeServers(on, dies)
    const roomId = await givenGroup(host, 'alice')
    const sendAt = new Date(clock().getTime() + minute).toISOString()
    // Without a clientId of hers: nothing but the truth keeps it from being sent twice.
    await host.chat.scheduled.create('alice', roomId, { text: 'Once', sendAt })
    const look = () => Promise.all([host.chat.sendDue(), other.sendDue()])
    const isSent = async () => {
      const { items } = (await host.as('alice').get(`/rooms/${roomId}/messages`)).body
      return items.filter(({ text }: { text: string }) => text === 'Once').length
    }

    const died = once(mortal, 'exit')
    mortal.send('send')
    expect(await died).toEqual([null, 'SIGKILL'])
    pass(2 * minute)
    await look()
    // It is left alone for a minute, as what takes its time would be.
    expect(await isSent()).toBe(dies === 'after its commit' ? 1 : 0)
    pass(2 * minute)
    await look()
    await expect.poll(isSent).toBe(1)
    pass(2 * minute)
    await look()
    expect(await isSent()).toBe(1)
    expect((await host.chat.scheduled.list('alice', roomId)).items).toEqual([])
  })
})
