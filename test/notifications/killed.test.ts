import { createChatRouter } from 'express-chat'
import { expect, it, onTestFinished, vi } from 'vitest'
import { people, secret, userOfHeader } from '../host.js'
import { longMs } from '../patience.js'
import { givenDatabase, givenGroup, givenHost, quietLogger } from '../realtime/given.js'
import { isAtRest, isReady, Notified } from './given.js'
import { mortal } from './mortal.js'

it('a server may die after any statement, and nobody is left out or told in two batches', {
  timeout: longMs,
}, async () => {
  const database = await givenDatabase()
  const writer = await givenHost({}, database)
  const notified = new Notified()
  const start = (prisma = database.connect()) => {
    const chat = createChatRouter({
      ...{ resolveUser: userOfHeader, prisma, secret, path: '/chat', pollMs: 100, logger: quietLogger() },
      notify: { handler: notified.handler(), afterSeconds: 0 },
    })
    onTestFinished(() => void chat.close())
    return { chat, prisma }
  }
  const first = start()
  await isReady(first)
  await first.chat.close()
  for (let n = 1, isDead = true; isDead; n += 1) {
    const person = `person${n}`
    await people(writer, person)
    const roomId = await givenGroup(writer, 'alice', person)
    const life = mortal(database.connect(), n)
    await start(life.prisma).chat.ready()
    life.begin()
    await writer.chat.messages.send('alice', roomId, { text: person })
    const isIdle = async () =>
      (await writer.chat.subscriptions.list())[0]?.behind === 0 && (await database.prisma.chatNotice.count()) === 0
    await vi.waitFor(async () => expect(life.isDead || (await isIdle())).toBe(true), { interval: 10 })
    isDead = life.isDead
    life.end()
    // What the clock of the database does in a quarter of a minute.
    await database.prisma.chatSubscriptionPosition.updateMany({
      where: { heldUntil: { gt: 1 } },
      data: { heldUntil: 1 },
    })
    await database.prisma.chatNotice.updateMany({ data: { dueAt: 1 } })
    const next = start()
    await isAtRest(writer)
    await next.chat.close()
    const texts = notified.texts(person)
    expect(texts.length, `at statement ${n}`).toBeGreaterThan(0)
    expect(new Set(texts.flat())).toEqual(new Set([person]))
    expect(new Set(notified.of(person).map(({ id }) => id)).size, `at statement ${n}`).toBe(1)
    if (!isDead) expect(n).toBeGreaterThan(10)
  }
})
