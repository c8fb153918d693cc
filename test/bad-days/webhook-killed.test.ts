import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import { people, startHost } from '../host.js'
import { givenDatabase, givenGroup, quietLogger } from '../realtime/given.js'
import { givenReceiver, status } from '../webhooks/receiver.js'

const texts = ['1', '2', '3', '4', '5', '6']

/** Two rooms in which something was written that a webhook was not told yet. */
async function givenUntold(on: TestDatabase) {
  const [database, receiver] = [await givenDatabase(on), await givenReceiver()]
  const webhook = receiver.webhook({ name: 'hook', types: ['message.created'] })
  const options = { webhooks: [webhook], pollMs: 100, logger: quietLogger() }
  const first = await startHost(database, options)
  await first.chat.ready()
  await first.close()
  const host = await startHost({ prisma: database.connect() }, { logger: quietLogger() })
  onTestFinished(() => host.close())
  await people(host, 'alice')
  const rooms = [await givenGroup(host, 'alice'), await givenGroup(host, 'alice')] as [string, string]
  for (const text of texts) {
    for (const roomId of rooms) await host.chat.messages.send('alice', roomId, { text })
  }
  /** A server in place of one that died. What that one held is free after 15 s, which pass here. */
  const successor = async () => {
    await database.prisma.chatSubscriptionPosition.updateMany({ data: { heldUntil: 1 } })
    const next = await startHost({ prisma: database.connect() }, options)
    onTestFinished(() => next.close())
  }
  return { ...{ database, receiver, webhook, rooms }, successor }
}

type Untold = Awaited<ReturnType<typeof givenUntold>>

/** A server in a process of its own that sends the webhook, and dies at such a moment with the third message of the first room. */
async function sendUntilKilled({ database, receiver, webhook, rooms }: Untold, on: TestDatabase, dies: string) {
  const file = fileURLToPath(new URL('./webhook.host.ts', import.meta.url))
  const given = { DATABASE: on.name, DATABASE_URL: database.url, WEBHOOK: JSON.stringify(webhook), DIES: dies }
  const mortal = spawn(process.execPath, ['--import', 'tsx', file], {
    env: { ...process.env, ...given },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  onTestFinished(() => void mortal.kill('SIGKILL'))
  receiver.answer = ({ roomId, text }, response) => {
    const answer = () => response.writeHead(204).end()
    if (roomId !== rooms[0] || text !== '3') return void answer()
    receiver.answer = status(204)
    if (dies === 'while it is sent') return void mortal.kill('SIGKILL')
    if (dies === 'once it is answered') return void answer().on('finish', () => mortal.kill('SIGKILL'))
    mortal.on('message', (said) => said === 'armed' && answer())
    mortal.send('die with the next position')
  }
  expect(await once(mortal, 'exit')).toEqual([null, 'SIGKILL'])
}

const moments = [
  'while it is sent',
  'once it is answered',
  'before its position is moved',
  'after its position is moved',
]
const [any, ...others] = databases as [TestDatabase, ...TestDatabase[]]
const cases = [
  ...moments.map((dies) => ({ dies, on: any })),
  ...others.map((on) => ({ dies: 'once it is answered', on })),
]

describe('a server that is killed while it sends a webhook', () => {
  it.each(cases)(
    '$dies, on $on.name: nothing is lost, and only what was under way comes twice',
    async ({ dies, on }) => {
      const untold = await givenUntold(on)
      const { receiver, rooms, successor } = untold
      await sendUntilKilled(untold, on, dies)
      const before = rooms.map((roomId) => receiver.idsOf(roomId))
      await successor()
      await receiver.until(() => rooms.every((roomId) => receiver.texts(roomId).at(-1) === '6'))
      for (const [n, roomId] of rooms.entries()) {
        expect([...new Set(receiver.texts(roomId))]).toEqual(texts)
        const [first, then] = [before[n] ?? [], receiver.idsOf(roomId).slice(before[n]?.length)]
        expect(new Set(first).size).toBe(first.length)
        expect(new Set(then).size).toBe(then.length)
        const twice = then.filter((id) => first.includes(id))
        expect(twice).toEqual(twice.length > 0 ? first.slice(-1) : [])
      }
      const isTwice = receiver.texts(rooms[0]).filter((text) => text === '3').length === 2
      if (dies === 'while it is sent' || dies === 'before its position is moved') expect(isTwice).toBe(true)
    },
    60_000,
  )
})
