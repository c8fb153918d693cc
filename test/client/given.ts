import { type ChatClient, type ChatClientOptions, createChatClient, type Observable } from 'express-chat/client'
import { expect, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { TestHost } from '../host.js'
import { patienceMs } from '../patience.js'

/** A client of a test's own, connected unless it says otherwise, and closed after the test. */
export function givenClient(
  host: Pick<TestHost, 'origin'>,
  userId: string,
  options: Partial<ChatClientOptions> = {},
): ChatClient {
  const client = createChatClient({
    url: `${host.origin}/chat`,
    auth: () => ({ 'x-user': userId }),
    WebSocket,
    ...options,
  })
  onTestFinished(() => client.close())
  client.connect()
  return client
}

/** Waits until an observable's snapshot is as wanted, and gives it. */
export async function until<T>(observable: Observable<T>, isSo: (snapshot: T) => unknown, what = 'it'): Promise<T> {
  if (isSo(observable.getSnapshot())) return observable.getSnapshot()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      end()
      reject(new Error(`${what} did not come: ${JSON.stringify(observable.getSnapshot())?.slice(0, 1_000)}`))
    }, patienceMs)
    const end = observable.subscribe(() => {
      const snapshot = observable.getSnapshot()
      if (!isSo(snapshot)) return
      clearTimeout(timer)
      end()
      resolve(snapshot)
    })
  })
}

export const live = (client: ChatClient) => until(client.connection, ({ status }) => status === 'live', 'live')

/** A client that knows its rooms and hears what happens. */
export async function liveClient(...given: Parameters<typeof givenClient>): Promise<ChatClient> {
  const client = givenClient(...given)
  await live(client)
  await until(client.rooms, ({ status }) => status === 'ready', 'the rooms')
  return client
}

export const textsOf = (client: ChatClient, roomId: string): string[] =>
  client
    .room(roomId)
    .messages.getSnapshot()
    .items.filter(({ kind }) => kind === 'user')
    .map(({ text }) => text)

export async function shows(client: ChatClient, roomId: string, ...texts: string[]): Promise<void> {
  await until(
    client.room(roomId).messages,
    () => JSON.stringify(textsOf(client, roomId)) === JSON.stringify(texts),
    texts.join(),
  )
  expect(textsOf(client, roomId)).toEqual(texts)
}
/** localStorage in memory, as several tabs share it. */
export function memoryStorage() {
  const items = new Map<string, string>()
  return {
    items,
    get length() {
      return items.size
    },
    key: (index: number) => [...items.keys()][index] ?? null,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  }
}

/** AsyncStorage of React Native, in memory: what it is asked for takes its time, as on a device. */
export function asyncStorage(items = new Map<string, string>()) {
  const later = () => new Promise<void>((resolve) => void setTimeout(resolve))
  return {
    items,
    async getAllKeys(): Promise<readonly string[]> {
      await later()
      return [...items.keys()]
    },
    async getItem(key: string): Promise<string | null> {
      await later()
      return items.get(key) ?? null
    },
    async setItem(key: string, value: string): Promise<void> {
      await later()
      items.set(key, value)
    },
    async removeItem(key: string): Promise<void> {
      await later()
      items.delete(key)
    },
  }
}

/** A socket of which no message arrives at the server. */
export class MutedWebSocket extends WebSocket {
  override send(data: string): void {
    if (!String(data).includes('"message.send"')) super.send(data)
  }
}
