import type { ChatClientStorage } from './api/options.js'
import { ignore } from './browser.js'

const isPromise = (value: unknown): value is Promise<unknown> => typeof (value as Promise<unknown>)?.then === 'function'

function keysOf(storage: ChatClientStorage): readonly unknown[] | Promise<readonly unknown[]> {
  if ('getAllKeys' in storage) return storage.getAllKeys()
  return Array.from({ length: storage.length }, (_, n) => storage.key(n))
}

/** Replaces lone surrogates, which the server refuses anyway. */
const encode = (part: string): string => encodeURIComponent(part.replace(/[\ud800-\udfff]/gu, '\ufffd'))

/** A key of these parts, and of no others. */
export const named = (...parts: string[]): string => parts.map(encode).join(' ')

/**
 * Uses both kinds of storage alike. One that answers at once is used at once; one that takes its time is asked for one thing
 * after the other, so that what was stored last is what stays. A storage may be full, or forbidden, at any call: then what
 * is asked for is as if it were not there.
 */
export function createStorage(storage: ChatClientStorage) {
  /** What was asked for last, while it is under way. */
  let last: Promise<unknown> | undefined

  function attempt<T>(action: () => T | Promise<T>): T | undefined | Promise<T | undefined> {
    try {
      const result = action()
      return isPromise(result) ? Promise.resolve(result).catch(ignore) : result
    } catch {
      return undefined
    }
  }

  function use<T>(action: () => T | Promise<T>): T | undefined | Promise<T | undefined> {
    const result = last ? last.then(() => attempt(action)) : attempt(action)
    if (!isPromise(result)) return result
    last = result
    void result.then(() => {
      if (last === result) last = undefined
    })
    return result
  }

  return {
    keys: () => use(() => keysOf(storage)),
    get: (key: string) => use<string | null>(() => storage.getItem(key)),
    set: (key: string, value: string) => void use<void>(() => storage.setItem(key, value)),
    remove: (key: string) => void use<void>(() => storage.removeItem(key)),
  }
}
