import { expect, vi } from 'vitest'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'

interface Held {
  /** Resolves once it is held. */
  reached: Promise<void>
  release(): void
}

interface Gate {
  query: string
  skip: number
  before: boolean
  fail: Error | undefined
  reach(): void
  released: Promise<void>
}

export interface HoldingClient {
  prisma: PrismaClient
  /**
   * Holds back the answer to the next such query, as `ChatRoom.findUnique` or as a part of its SQL, or with `before` the
   * query itself; with `fail` that is what comes of it.
   */
  hold(query: string, options?: { skip?: number; before?: boolean; fail?: Error }): Held
  /** How often each kind of query was made so far. */
  count(query: string): number
}

/** In the SQL that reads a room as somebody sees it. */
export const seesRoom = 'FROM (SELECT * FROM chat_rooms'

/** In the SQL that reads which rooms somebody is in, for the welcome. */
export const readsSeats = 'm.room_id, m.user_id, ROW_NUMBER()'

/** In the SQL that reads where somebody's rooms stand, for the welcome. */
export const readsRoomStates = 'm.scheduled_revision, c.revision'

/** In the SQL by which the safety poll looks for rooms that moved. */
const readsMovedRooms = 'changed_at >='

/** In the SQL by which the safety poll looks for what users changed for themselves. */
export const readsOwnChanges = 'JOIN chat_room_users m ON m.user_id = i.user_id'

/** In the SQL that reads what changed in a room. */
export const readsChanges = 'NULL, NULL) AS packed'

/** Our SQL without the schemas of its tables. */
const withoutSchemas = (sql: string): string => sql.replace(/(?:["`]\w+["`]\.)?["`](chat_\w+)["`]/g, '$1')

/** A client between whose reading and answering a test can let things happen: races, made to happen. */
export function holding(prisma: PrismaClient): HoldingClient {
  const made: string[] = []
  const gates: Gate[] = []
  const extended = prisma.$extends({
    query: {
      async $allOperations({ model, operation, args, query }) {
        const name = model ? `${model}.${operation}` : withoutSchemas(String(args))
        made.push(name)
        const index = gates.findIndex((each) => name.includes(each.query))
        const gate = gates[index]
        if (gate) gate.skip -= 1
        if (!gate || gate.skip >= 0) return query(args)
        gates.splice(index, 1)
        const pass = async () => {
          gate.reach()
          await gate.released
        }
        if (gate.before) await pass()
        if (gate.fail) throw gate.fail
        const answer = await query(args)
        if (!gate.before) await pass()
        return answer
      },
    },
  })
  return {
    prisma: extended as unknown as PrismaClient,
    hold(query, { skip = 0, before = false, fail } = {}) {
      let reach = () => {}
      let release = () => {}
      const reached = new Promise<void>((resolve) => {
        reach = resolve
      })
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      gates.push({ query, skip, before, fail, reach: () => reach(), released })
      return { reached, release: () => release() }
    },
    count: (query) => made.filter((name) => name.includes(query)).length,
  }
}

/**
 * Lets the faked clock of the servers tick until each of them has begun a poll. One tick is not enough: a poll that is under
 * way may have read before, and as long as it is, ticks make no other.
 */
export async function nextPoll(...clients: HoldingClient[]): Promise<void> {
  const polls = clients.map((client) => client.count(readsMovedRooms))
  const begun = () => {
    vi.advanceTimersByTime(1_000)
    return clients.every((client, n) => client.count(readsMovedRooms) > (polls[n] ?? 0))
  }
  await vi.waitFor(() => expect(begun()).toBe(true), { interval: 20 })
}
