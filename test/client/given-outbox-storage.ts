import type { ChatClientStorage } from 'express-chat/client'
import { onTestFinished, vi } from 'vitest'
import { createOutboxStorage } from '../../src/client/outbox-storage.js'
import { pendingOf as messageOf } from './state/room-model.js'

export { messageOf }

export const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms)

/** Lets all be done that takes a moment. */
export async function pass(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await wait(1)
}

/** A tab's stored outbox, and what it has found and lost. */
export function givenTab(
  storage?: ChatClientStorage,
  options: { url?: string; storageKey?: string } = { storageKey: 'chat' },
) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const found: [texts: string[], highest: number][] = []
  const gone: object[][] = []
  const outboxStorage = createOutboxStorage(
    { url: '/chat', storage, ...options },
    {
      found: (entries, highest) => void found.push([entries.map(({ text }) => text), highest]),
      gone: (entries) => void gone.push(entries),
    },
  )
  onTestFinished(outboxStorage.close)
  return { outboxStorage, found, gone }
}

/** A tab that wrote messages, and is there still. */
export async function givenWriter(storage: ChatClientStorage, ...texts: string[]) {
  const tab = givenTab(storage)
  void tab.outboxStorage.open('alice')
  await pass()
  for (const text of texts) tab.outboxStorage.put(messageOf(text))
  return tab
}

/** What is found by who comes next. */
export async function foundIn(storage: ChatClientStorage, userId = 'alice', options?: Parameters<typeof givenTab>[1]) {
  const { outboxStorage, found } = givenTab(storage, options)
  void outboxStorage.open(userId)
  await pass()
  outboxStorage.close()
  return found
}
