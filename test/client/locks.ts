import { onTestFinished, vi } from 'vitest'

interface LockOptions {
  ifAvailable?: boolean
  signal?: AbortSignal
}

/** Web Locks, as the tabs of one browser share them; Node.js 20 has none. Gives what is held, and how many wait for a lock. */
export function stubLocks(): { held: ReadonlySet<string>; waiting(): number } {
  const held = new Set<string>()
  const queues = new Map<string, (() => void)[]>()

  async function request(name: string, { ifAvailable, signal }: LockOptions, hold: (lock: unknown) => unknown) {
    const queue = queues.get(name) ?? []
    queues.set(name, queue)
    if (ifAvailable && signal) throw new DOMException('not both', 'NotSupportedError')
    // Granted by another process, and never in the same turn.
    await new Promise((resolve) => setTimeout(resolve))
    if (held.has(name)) {
      if (ifAvailable) return hold(null)
      await new Promise<void>((resolve, reject) => {
        queue.push(resolve)
        signal?.addEventListener('abort', () => {
          if (queue.includes(resolve)) queue.splice(queue.indexOf(resolve), 1)
          reject(signal.reason)
        })
      })
    }
    held.add(name)
    try {
      return await hold({ name })
    } finally {
      held.delete(name)
      queue.shift()?.()
    }
  }

  vi.stubGlobal('navigator', { locks: { request } })
  onTestFinished(() => void vi.unstubAllGlobals())
  return { held, waiting: () => [...queues.values()].reduce((sum, queue) => sum + queue.length, 0) }
}
