import { ignore } from './browser.js'

export type KeyedMutex = ReturnType<typeof createKeyedMutex>

/**
 * Tasks with the same key run one after the other, whether over HTTP or over the socket, so that the last call wins. Different
 * keys do not wait for each other. Each task has to end by itself.
 */
export function createKeyedMutex() {
  /** The end of the last task of each key. */
  const last = new Map<string, Promise<unknown>>()
  return <T>(key: string, task: () => Promise<T>): Promise<T> => {
    const before = last.get(key)
    const done = before ? before.then(task) : task()
    const end: Promise<unknown> = done.then(ignore, ignore).then(() => last.get(key) === end && last.delete(key))
    last.set(key, end)
    return done
  }
}
