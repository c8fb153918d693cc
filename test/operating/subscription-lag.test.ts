import { describe, expect, it } from 'vitest'
import type { Work } from '../../src/core/work.js'
import { SubscriptionLags } from '../../src/operating/subscription-lag.js'
import { Database } from '../../src/store/database.js'
import { databases } from '../databases.js'
import { givenDatabase, hour } from '../realtime/given.js'

const name = 'search-index'
const day = 24 * hour

describe.each(databases)('the lag of a durable subscription on $name', (on) => {
  async function given() {
    const { prisma } = await givenDatabase(on)
    const database = new Database(prisma)
    const asked: unknown[][] = []
    const select: typeof database.dialect.select = (db, sql, values, statement) => {
      if (statement === 'subscription_lag') asked.push(values)
      return database.dialect.select(db, sql, values, statement)
    }
    const work = { db: database.client, dialect: { ...database.dialect, select } } as unknown as Work
    const now = new Date()
    await prisma.chatSubscription.create({ data: { name, createdAt: now, endedAt: null } })
    const room = (id: string, changedAt: number, revision = 1) => ({
      ...{ id, type: 'group' as const, revision, changedAt },
      ...{ lastMessageAt: now, createdAt: now, updatedAt: now },
    })
    const position = (roomId: string, revision: number) => ({ name, roomId, revision })
    return { prisma, lags: new SubscriptionLags(work, 20), asked, room, position, now: now.getTime() }
  }

  it('is how many rooms wait, since when the first does, and how many were put aside', async () => {
    const { prisma, lags, room, position, now } = await given()
    await prisma.chatRoom.createMany({
      data: [room('told', now - day), room('late', now - hour, 3), room('new', now - 5_000), room('failed', now - day)],
    })
    await prisma.chatSubscriptionPosition.createMany({
      data: [position('told', 1), position('late', 2), { ...position('failed', 0), failedAt: new Date() }],
    })
    const lag = (await lags.read()).get(name)
    expect(lag).toMatchObject({ behind: 2, isPart: false, failed: 1 })
    expect(lag?.oldestSeconds).toBeGreaterThan(3_590)
    expect(lag?.oldestSeconds).toBeLessThan(3_700)
  })

  it('is nothing where none waits, and leaves out subscriptions that have ended', async () => {
    const { prisma, lags, room, position, now } = await given()
    await prisma.chatRoom.create({ data: room('told', now) })
    await prisma.chatSubscriptionPosition.create({ data: position('told', 1) })
    await prisma.chatSubscription.create({ data: { name: 'gone', createdAt: new Date(), endedAt: new Date() } })
    expect([...(await lags.read())]).toEqual([[name, { behind: 0, isPart: false, oldestSeconds: 0, failed: 0 }]])
  })

  it('is found without looking again at rooms that were told, and a part of it where very many wait', async () => {
    const { prisma, lags, asked, room, position, now } = await given()
    const rooms = Array.from({ length: 50 }, (_, n) => room(`r${n}`, now - day + n))
    await prisma.chatRoom.createMany({ data: rooms })
    await prisma.chatSubscriptionPosition.createMany({ data: rooms.map(({ id }) => position(id, 1)) })
    expect((await lags.read()).get(name)).toMatchObject({ behind: 0, isPart: false })
    expect(asked).toHaveLength(3)
    asked.length = 0
    lags.forgetLast()
    await lags.read()
    expect(asked).toHaveLength(1)
    expect(asked[0]?.[0]).toBeGreaterThan(now - hour)

    const more = Array.from({ length: 120 }, (_, n) => room(`s${n}`, now + n))
    await prisma.chatRoom.createMany({ data: more })
    lags.forgetLast()
    const lag = (await lags.read()).get(name)
    expect(lag?.isPart).toBe(true)
    expect(lag?.behind).toBeGreaterThan(80)
    expect(lag?.behind).toBeLessThan(101)
  })

  it('finds a room again that was put aside long ago and is tried again, and rooms that changed in one moment', async () => {
    const { prisma, lags, room, position, now } = await given()
    const rooms = Array.from({ length: 30 }, (_, n) => room(`r${n}`, now - day))
    await prisma.chatRoom.createMany({ data: [...rooms, room('after', now - hour)] })
    await prisma.chatSubscriptionPosition.createMany({
      data: [...rooms.map(({ id }) => position(id, 1)), { ...position('after', 0), failedAt: new Date() }],
    })
    expect((await lags.read()).get(name)).toMatchObject({ behind: 0, isPart: false, failed: 1 })
    await prisma.chatSubscriptionPosition.updateMany({
      where: { roomId: 'after' },
      data: { failedAt: null, heldUntil: 1 },
    })
    lags.forgetLast()
    expect((await lags.read()).get(name)).toMatchObject({ behind: 1, failed: 0 })
  })

  it('counts from when a room was told something, where that is later', async () => {
    const { prisma, lags, room, position, now } = await given()
    await prisma.chatRoom.create({ data: room('busy', now - hour, 5) })
    await prisma.chatSubscriptionPosition.create({ data: position('busy', 2) })
    expect((await lags.read()).get(name)?.oldestSeconds).toBeGreaterThan(3_590)
    await prisma.chatSubscriptionPosition.updateMany({ data: { revision: 3 } })
    lags.forgetLast()
    expect((await lags.read()).get(name)?.oldestSeconds).toBeLessThan(60)
    await prisma.chatRoom.updateMany({ data: { changedAt: now + 500 } })
    lags.forgetLast()
    expect((await lags.read()).get(name)?.behind).toBe(1)
  })
})
