import { ChatClientError } from './api/errors.js'
import { ignore } from './browser.js'

interface Waiting<T> {
  promise: Promise<T>
  resolve(value: T): void
  reject(error: ChatClientError): void
}

/** Promises by their id, until each is settled. Nobody has to handle that one rejects. */
export function createPromises<T>() {
  const waiting = new Map<string, Waiting<T>>()
  return {
    get: (id: string): Promise<T> | undefined => waiting.get(id)?.promise,
    make(id: string): Promise<T> {
      const made = {} as Waiting<T>
      made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
      made.promise.catch(ignore)
      waiting.set(id, made)
      return made.promise
    },
    settle(id: string, outcome: T | ChatClientError): void {
      const { resolve, reject } = waiting.get(id) ?? {}
      waiting.delete(id)
      if (outcome instanceof ChatClientError) reject?.(outcome)
      else resolve?.(outcome)
    },
    abortAll(): void {
      for (const { reject } of waiting.values()) reject(new ChatClientError('aborted'))
      waiting.clear()
    },
  }
}
