import type { CreateRoom, SendMessage } from 'express-chat'
import { expect } from 'vitest'
import type { Answer, Caller, TestHost } from '../host.js'

/** A room that a test begins with. */
export interface GivenRoom {
  id: string
  /** One user's calls to the API, with paths below the room; '' is the room itself. */
  as(userId: string): Caller
  /** Sends a message that is accepted, and gives it. */
  say(userId: string, message: string | SendMessage): Promise<Answer['body']>
}

/** The room as `creator` makes it through the API. */
export async function givenRoom(host: TestHost, creator: string, room: CreateRoom): Promise<GivenRoom> {
  const made = await host.as(creator).post('/rooms', room)
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return roomOf(host, made.body.id)
}

export function roomOf(host: TestHost, id: string): GivenRoom {
  const as = (userId: string): Caller => {
    const caller = host.as(userId)
    const path = `/rooms/${id}`
    return {
      get: (below) => caller.get(path + below),
      post: (below, body, headers) => caller.post(path + below, body, headers),
      put: (below, body) => caller.put(path + below, body),
      patch: (below, body) => caller.patch(path + below, body),
      delete: (below) => caller.delete(path + below),
    }
  }
  return {
    id,
    as,
    async say(userId, message) {
      const body = typeof message === 'string' ? { text: message } : message
      const sent = await as(userId).post('/messages', body)
      expect(sent.status, JSON.stringify(sent.body)).toBe(201)
      return sent.body
    },
  }
}

/** A group of `owner` and the others. */
export const givenGroup = (host: TestHost, owner: string, ...userIds: string[]): Promise<GivenRoom> =>
  givenRoom(host, owner, { type: 'group', name: 'A group', userIds })

/** A channel of `owner` and the others, who read. */
export const givenChannel = (host: TestHost, owner: string, ...userIds: string[]): Promise<GivenRoom> =>
  givenRoom(host, owner, { type: 'channel', name: 'A channel', userIds })
