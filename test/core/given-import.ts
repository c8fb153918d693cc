import type { ImportMessage, Message } from 'express-chat'
import type { TestHost } from '../host.js'

/** So many seconds after the year 2020 began. */
export const start = (seconds: number): Date => new Date(Date.UTC(2020, 0, 1) + seconds * 1000)

/** Messages of Alice, a second apart, called `k0` and so on. */
export const givenMessages = (
  count: number,
  more: (n: number) => Partial<ImportMessage> = () => ({}),
): ImportMessage[] =>
  Array.from({ length: count }, (_, n) => ({
    ...{ key: `k${n}`, userId: 'alice', text: `message ${n}`, createdAt: start(n) },
    ...more(n),
  }))

export const itemsOf = async (
  { chat }: Pick<TestHost, 'chat'>,
  userId: string,
  roomId: string,
  position: { after?: number; limit?: number } = {},
): Promise<Message[]> => (await chat.messages.list(userId, roomId, position)).items

/** Rooms in which nothing was said, and what fills them. */
export const givenImport = (host: TestHost) => ({
  importInto: (roomId: string, messages: ImportMessage[]) => host.chat.importMessages(roomId, messages),
  async roomOf(...userIds: string[]): Promise<string> {
    return (await host.chat.system.rooms.create({ type: 'group', name: 'Imported', userIds })).id
  },
})
