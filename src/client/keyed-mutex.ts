import { ChatClientError } from './api/errors.js'
import { ignore } from './browser.js'

export type KeyedMutex = ReturnType<typeof createKeyedMutex>

/**
 * Tasks with the same key run one after the other, whether over HTTP or over the socket, so that the last call wins. Different
 * keys do not wait for each other. Each task has to end by itself.
 */
export function createKeyedMutex() {
  /** The end of the last task of each key. */
  const last = new Map<string, Promise<unknown>>()
  let age = 0
  return {
    take<T>(key: string, task: () => Promise<T>): Promise<T> {
      const before = last.get(key)
      const born = age
      const inTurn = () => (born === age ? task() : Promise.reject(new ChatClientError('aborted')))
      const done = before ? before.then(inTurn) : task()
      const end: Promise<unknown> = done.then(ignore, ignore).then(() => last.get(key) === end && last.delete(key))
      last.set(key, end)
      return done
    },
    /** What waits is not begun any more: it was of a user who is gone, and the next one would do it. */
    abandon(): void {
      age += 1
    },
  }
}
