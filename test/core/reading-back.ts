import type { DurableEvent } from 'express-chat'
import { expect } from 'vitest'
import type { z } from 'zod'
import type { TestHost } from '../host.js'
import type { TestSocket } from '../socket.js'
import { givenPicture } from './given-picture.js'

/** A socket that has heard all that there is. */
export async function listening(host: TestHost, userId: string, rooms = {}): Promise<TestSocket> {
  const socket = await host.socket(userId, { hello: { rooms } })
  await socket.ready()
  return socket
}

/** What bob is told of a revision who was away then, by a socket and by `changes`. */
export async function toldLater(
  host: TestHost,
  { roomId, revision }: DurableEvent,
): Promise<Record<string, DurableEvent>> {
  const socket = await listening(host, 'bob', { [roomId]: revision - 1 })
  const { body } = await host.as('bob').get(`/rooms/${roomId}/changes?since=${revision - 1}`)
  const isIt = (event: DurableEvent) => event.revision === revision
  return { resume: socket.events(roomId).find(isIt), changes: body.events.find(isIt) }
}

/** A person about whom there is everything to tell. */
export async function describePerson(host: TestHost, id: string): Promise<void> {
  const avatarMediaId = await givenPicture(host, id)
  expect(await host.as(id).patch('/users/me', { description: 'Sails', avatarMediaId })).toMatchObject({ status: 200 })
  await host.prisma.chatUser.update({ where: { id }, data: { lastSeenAt: new Date('2029-12-31T23:59:59.999Z') } })
}

/** A field that is new in the schema, and that a test does not send, is told. */
export const expectWhole = (given: object, schema: z.ZodObject): void =>
  expect(Object.keys(given).sort()).toEqual(Object.keys(schema.shape).sort())

/** Each reading, by its name, is what was told. */
export function expectSame(told: unknown, readings: Record<string, unknown>): void {
  for (const [name, reading] of Object.entries(readings)) expect.soft(reading, name).toEqual(told)
}

export const withId = <Item extends { id: string }>(items: Item[], id: string): Item | undefined =>
  items.find((item) => item.id === id)
