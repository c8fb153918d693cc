import { type Chat, createChatRouter, type Limits } from 'express-chat'
import { expect, vi } from 'vitest'
import type { BeforeHooks } from '../../src/core/hooks.js'
import type { Answer } from '../call.js'
import type { TestDatabase } from '../databases.js'
import { secret, userOfHeader } from '../host.js'
import type { GivenRoom } from './given-room.js'
import { type SharedHost, shareHost } from './shared-host.js'

export const [minute, day] = [60_000, 86_400_000]

type Asked = NonNullable<BeforeHooks['message']>

/** A host whose clock a test sets forward, for messages that are to be sent later. */
export function givenScheduling(database: TestDatabase, limits: Partial<Limits> = {}) {
  let ahead = 0
  const clock = () => new Date(Date.now() + ahead)
  const asked = vi.fn<Asked>()
  const host: SharedHost = shareHost(database, { clock, limits, before: { message: asked } })
  const inOne = (ms = minute) => new Date(clock().getTime() + ms).toISOString()

  return {
    ...{ host, clock, asked, inOne },
    pass(ms: number): void {
      ahead += ms
    },
    /** Another server on the same database. */
    server: (): Chat =>
      createChatRouter({
        ...{ resolveUser: userOfHeader, prisma: host.prisma, secret, path: '/chat', clock, limits },
        before: { message: asked },
      }) as Chat,
    async keep(room: GivenRoom, userId: string, body: object): Promise<Answer['body']> {
      const kept = await room.as(userId).post('/messages', { sendAt: inOne(), ...body })
      expect(kept.status, JSON.stringify(kept.body)).toBe(202)
      return kept.body
    },
    kept: async (room: GivenRoom, userId: string): Promise<Answer['body'][]> =>
      (await room.as(userId).get('/scheduled')).body.items,
    /** Sends what is due some minutes later, whichever of the servers has just looked. */
    async sendLater(ms = 2 * minute): Promise<void> {
      ahead += ms
      await host.chat.sendDue()
    },
    /** What people say in a room, once it is this. */
    said: (room: GivenRoom, userId: string, texts: string[]) => expect.poll(() => textsIn(room, userId)).toEqual(texts),
  }
}

export async function textsIn(room: GivenRoom, userId: string): Promise<string[]> {
  const { items } = (await room.as(userId).get('/messages')).body
  return items.flatMap((item: { kind: string; text: string }) => (item.kind === 'user' ? [item.text] : []))
}
