import { setImmediate as turn } from 'node:timers/promises'
import type { FoundMessage, Page } from 'express-chat'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { indexAll } from '../core/given-history.js'
import { databases, type OpenDatabase } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'

/** `SEARCH_ROOMS=10000 SEARCH_MESSAGES=100` tells what the largest number of rooms costs. */
const rooms = Number(process.env.SEARCH_ROOMS ?? 800)
const messages = Number(process.env.SEARCH_MESSAGES ?? 30)
const isMeasured = process.env.SEARCH_ROOMS !== undefined
const templates = 20
const start = Date.parse('2026-01-01T00:00:00.000Z')
const step = 60_000
/** Each room goes on until the end, so that no time divides those that are over from those that are not. */
const timeOf = (template: number, seq: number): number => start + ((seq - 1) * templates + template) * step
const middle = timeOf(0, Math.ceil(messages / 2))

const permissions = {
  ...{ canAddUsers: true, canRemoveUsers: true, canCreateMessages: true, canDeleteMessages: true },
  ...{ canDeleteOwnMessages: true, canEditMessages: true, canEditOwnMessages: true, canEditRoom: true },
  canDeleteRoom: true,
}

const ids = Array.from({ length: rooms }, (_, n) => `room ${String((n * 7919) % 100_003).padStart(6, '0')} ${n}`)
/** Those in which the newest message of all is, as a search shows them. */
const newestRooms = ids
  .filter((_, n) => n % templates === templates - 1)
  .sort()
  .reverse()

/** Rooms with messages that are copied by the database from a few that are indexed; one by one they would take minutes. */
async function fill(store: OpenDatabase): Promise<void> {
  const at = new Date(start)
  const room = { type: 'group' as const, createdAt: at, updatedAt: at, revision: messages, lastMessageSeq: messages }
  const kinds = Array.from({ length: templates }, (_, template) => template)
  await store.prisma.chatRoom.createMany({
    data: kinds.map((template) => ({ ...room, id: `t${template}`, lastMessageAt: at })),
  })
  await store.prisma.chatMessage.createMany({
    data: kinds.flatMap((template) =>
      Array.from({ length: messages }, (_, n) => ({
        ...{ id: `${template}-${n}`, roomId: `t${template}`, userId: 'bob', kind: 'user' as const, seq: n + 1 },
        ...{ text: `a puffin, number ${n}`, revision: n + 1, createdRevision: n + 1 },
        createdAt: new Date(timeOf(template, n + 1)),
      })),
    ),
  })
  await indexAll(store.prisma)
  for (let n = 0; n < ids.length; n += 500) {
    const some = ids.slice(n, n + 500)
    await store.prisma.chatRoom.createMany({
      data: some.map((id, k) => ({
        ...{ ...room, id, description: `t${(n + k) % templates}` },
        lastMessageAt: new Date(timeOf((n + k) % templates, messages)),
      })),
    })
    await store.prisma.chatRoomUser.createMany({
      data: some.map((roomId) => ({
        ...{ roomId, userId: 'alice', role: 'member' as const, joinedAt: at, joinedRevision: 1, revision: 1 },
        ...permissions,
      })),
    })
  }
  await store.execute(`
    INSERT INTO chat_messages (id, room_id, seq, user_id, kind, text, created_revision, revision, created_at)
    SELECT CONCAT(t.id, ' ', r.id), r.id, t.seq, t.user_id, t.kind, t.text, t.created_revision, t.revision, t.created_at
    FROM chat_rooms r JOIN chat_messages t ON t.room_id = r.description;`)
}

const index = `
  INSERT INTO chat_search_blocks (room_id, number, up_to, last_at, filter)
  SELECT r.id, t.number, t.up_to, t.last_at, t.filter
  FROM chat_rooms r JOIN chat_search_blocks t ON t.room_id = r.description;`

describe.each(databases)('a search by somebody in many rooms on $name', (database) => {
  let store: OpenDatabase
  let host: TestHost
  let statements = 0

  beforeAll(async () => {
    store = await database.open()
    const prisma = store.prisma.$extends({
      query: {
        $allOperations: ({ args, query }) => {
          statements += 1
          return query(args)
        },
      },
    }) as unknown as OpenDatabase['prisma']
    host = await startHost({ prisma })
    await people(host, 'alice', 'bob')
    await fill(store)
  }, 600_000)
  afterAll(async () => {
    await host.close()
    await store.close()
  })

  interface Cost {
    statements: number
    /** Of this process, in ms: all of it, and the most in one turn of the event loop. */
    cpu: number
    longest: number
  }

  const cpuSince = (before: NodeJS.CpuUsage): number => {
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }

  async function costOf<T>(work: () => Promise<T>): Promise<Cost & { result: T }> {
    const first = statements
    const before = process.cpuUsage()
    const result = await work()
    const cost = { statements: statements - first, cpu: cpuSince(before), longest: 0 }
    if (!isMeasured) return { ...cost, result }
    // Again, turn by turn, which costs so much by itself that it says nothing of the whole.
    let isDone = false
    const again = work().finally(() => {
      isDone = true
    })
    for (let before = process.cpuUsage(); !isDone; before = process.cpuUsage()) {
      await turn()
      cost.longest = Math.max(cost.longest, cpuSince(before))
    }
    await again
    return { ...cost, result }
  }

  it('costs few statements on its first page, on its second, and before some time, and finds the newest', async () => {
    const search = (more: object = {}) => host.chat.search('alice', { q: 'puffin', limit: 16, ...more })
    for (const isIndexed of [false, true]) {
      if (isIndexed) await store.execute(index)
      const { nextCursor } = await search()
      const pages: Record<string, () => Promise<Page<FoundMessage>>> = {
        first: () => search(),
        second: () => search({ cursor: nextCursor }),
        before: () => search({ before: new Date(middle).toISOString() }),
        nothing: () => host.chat.search('alice', { q: 'ostrich' }),
      }
      for (const [name, page] of Object.entries(pages)) {
        if (name === 'nothing' && !isIndexed) continue
        const costs: Cost[] = []
        for (let n = 0; n < (isMeasured ? 3 : 1); n += 1) {
          const { result, ...cost } = await costOf(page)
          costs.push(cost)
          const times = result.items.map(({ message }) => Date.parse(message.createdAt))
          expect(times, name).toEqual([...times].sort((a, b) => b - a))
          const newest = name === 'before' ? middle - step : timeOf(templates - 1, messages)
          if (name !== 'nothing') expect(times, name).toEqual(Array(16).fill(newest))
          // Of all rooms, however many statements tell of them.
          if (name === 'first') expect(result.items.map(({ room }) => room.id)).toEqual(newestRooms.slice(0, 16))
        }
        const best = (cost: keyof Cost) => Math.min(...costs.map((each) => each[cost])).toFixed(0)
        if (isMeasured) {
          process.stdout.write(
            `${database.name} ${isIndexed ? 'indexed' : 'not indexed'} ${name}: ${best('statements')} statements, ` +
              `${best('cpu')} ms of CPU, ${best('longest')} ms in one turn\n`,
          )
        } else expect(costs[0]?.statements, name).toBeLessThanOrEqual(30)
      }
    }
  }, 600_000)
})
