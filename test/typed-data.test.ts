import {
  type Chat,
  type ChatPrismaClient,
  createChatRouter,
  type DataSchema,
  type JsonObject,
  type Message,
  type Room,
} from 'express-chat'
import { type ChatClient, createChatClient, type Messages, type ShownMessage } from 'express-chat/client'
import type { useMessages, useRoom, useRoomByKey, useRooms, useSearch } from 'express-chat/react'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'

const card = z.discriminatedUnion('type', [
  z.object({ type: z.literal('order'), number: z.number(), note: z.string().optional() }),
  z.object({ type: z.literal('place'), label: z.string() }),
])
type Card = z.infer<typeof card>
interface Floor {
  floor: number
}
declare const floor: DataSchema<Floor>
declare const prisma: ChatPrismaClient
const base = { resolveUser: () => null, secret: 'x' }

/** What the compiler says of these is the test: nothing of them runs. */
const typed = () =>
  createChatRouter({
    ...base,
    prisma,
    data: { message: card, room: floor },
    before: {
      message(draft) {
        expectTypeOf(draft.data).toExtend<Card | null | undefined>()
        if (draft.data?.type === 'order') expectTypeOf(draft.data.number).toEqualTypeOf<number>()
        return { ...draft, data: { type: 'place' as const, label: 'x' } }
      },
      room(draft) {
        expectTypeOf(draft.data?.floor).toEqualTypeOf<number | undefined>()
      },
    },
    on: {
      event(event) {
        if (event.type === 'message.created') expectTypeOf(event.message.data).toEqualTypeOf<Card | null>()
        if (event.type === 'room.updated') expectTypeOf(event.room.data).toEqualTypeOf<Floor | null>()
      },
    },
  })
type Typed = ReturnType<typeof typed>
const plain = () => createChatRouter({ ...base, prisma })
type Plain = ReturnType<typeof plain>

describe('the compiler knows what data is', () => {
  it('by the schemas, in what is sent and in what comes back', () => {
    const use = async (chat: Typed) => {
      const sent = await chat.messages.send('alice', 'room', { data: { type: 'order', number: 17 } })
      expectTypeOf(sent.data).toEqualTypeOf<Card | null>()
      if (sent.data?.type === 'order') expectTypeOf(sent.data.number).toEqualTypeOf<number>()
      // @ts-expect-error: there is no such card
      await chat.messages.send('alice', 'room', { data: { type: 'song' } })
      // @ts-expect-error: a number is no text
      await chat.system.messages.edit('room', 'message', { data: { type: 'place', label: 7 } })
      const { room } = await chat.system.rooms.ensure({ key: 'k', type: 'group', name: 'A', data: { floor: 2 } })
      expectTypeOf(room.data).toEqualTypeOf<Floor | null>()
      expectTypeOf(room.lastMessage).toEqualTypeOf<Message<{ message: Card; room: Floor }> | null | undefined>()
      // @ts-expect-error: it is a number
      await chat.rooms.update('alice', 'room', { data: { floor: 'two' } })
      await chat.transaction(async (_, inside) => {
        const { items } = await inside.messages.list('alice', 'room')
        expectTypeOf(items[0]?.data).toEqualTypeOf<Card | null | undefined>()
        // @ts-expect-error: there is no such card
        await inside.system.messages.send('room', { data: { type: 'song' }, as: { name: 'Shop' } })
      })
      expectTypeOf((await chat.changes('alice', 'room', { since: 0 })).events).items.toHaveProperty('revision')
    }
    expectTypeOf(use).parameter(0).toEqualTypeOf<Typed>()
  })

  it('as any object of JSON without one', () => {
    const use = async (chat: Plain) => {
      const sent = await chat.messages.send('alice', 'room', { data: { any: ['thing', 1, null] } })
      expectTypeOf(sent.data).toEqualTypeOf<JsonObject | null>()
      // @ts-expect-error: a function is no JSON
      await chat.messages.send('alice', 'room', { data: { any: () => 1 } })
    }
    expectTypeOf(use).parameter(0).toEqualTypeOf<Chat<ChatPrismaClient>>()
    expectTypeOf<Message['data']>().toEqualTypeOf<JsonObject | null>()
    expectTypeOf<Room['data']>().toEqualTypeOf<JsonObject | null>()
  })

  it('in a client, by the type of the chat or by itself', () => {
    const use = async (client: ChatClient<{ message: Card; room: Floor }>) => {
      const { messages } = client.room('room')
      expectTypeOf(messages.getSnapshot().items[0]?.data).toEqualTypeOf<Card | null | undefined>()
      await messages.send({ data: { type: 'order', number: 17 } })
      // @ts-expect-error: there is no such card
      await messages.send({ data: { type: 'song' } })
      expectTypeOf((await client.rooms.find('order:17'))?.data).toEqualTypeOf<Floor | null | undefined>()
      client.onEvent((event) => {
        if (event.type === 'message.updated') expectTypeOf(event.message.data).toEqualTypeOf<Card | null>()
      })
    }
    expectTypeOf(createChatClient<Typed>).returns.toEqualTypeOf<Parameters<typeof use>[0]>()
    expectTypeOf(createChatClient<{ message: Card }>).returns.toEqualTypeOf<
      ChatClient<{ message: Card; room: JsonObject }>
    >()
    expectTypeOf(createChatClient).returns.toEqualTypeOf<ChatClient<{ message: JsonObject; room: JsonObject }>>()
    expectTypeOf(createChatClient<Plain>).returns.toExtend<ChatClient>()
    // @ts-expect-error: data is an object
    expectTypeOf(createChatClient<{ message: string }>).returns.toEqualTypeOf<never>()
  })

  it('in the hooks', () => {
    type Data = { message: Card; room: Floor }
    expectTypeOf<ReturnType<typeof useMessages<Typed>>['items']>().toEqualTypeOf<readonly ShownMessage<Data>[]>()
    expectTypeOf<ReturnType<typeof useMessages<Typed>>['handle']>().toEqualTypeOf<Messages<Data> | null>()
    expectTypeOf<ReturnType<typeof useMessages>['items']>().toExtend<readonly ShownMessage[]>()
    expectTypeOf<ReturnType<typeof useRoom<Typed>>['room']>().toEqualTypeOf<Room<Data> | null>()
    expectTypeOf<ReturnType<typeof useRoomByKey<Typed>>['room']>().toEqualTypeOf<Room<Data> | null>()
    expectTypeOf<ReturnType<typeof useRooms<Typed>>['items']>().toEqualTypeOf<readonly Room<Data>[]>()
    expectTypeOf<
      ReturnType<typeof useSearch<{ message: Card }>>['items'][number]['message']['data']
    >().toEqualTypeOf<Card | null>()
  })
})
