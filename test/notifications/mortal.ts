import type { PrismaClient } from '../../examples/prisma/generated/client.js'

class Dead extends Error {}

type Work = (tx: object) => Promise<unknown>

/**
 * A client that dies with its server after the nth statement: nothing is answered from then on, and what was not committed is undone,
 * as the database sees a process that was killed.
 */
export function mortal(client: PrismaClient, dieAt: number) {
  let count = Number.NEGATIVE_INFINITY
  let isDead = false
  const forever = new Promise<never>(() => undefined)

  async function step(run: () => Promise<unknown>, isInside = false): Promise<unknown> {
    count += 1
    if (isDead) return end(isInside)
    const result = await run()
    if (count >= dieAt) isDead = true
    return isDead ? end(isInside) : result
  }

  /** Inside a transaction an error rolls it back. */
  function end(isInside: boolean): Promise<never> {
    if (isInside) throw new Dead()
    return forever
  }

  async function transaction(on: PrismaClient, work: Work, options: object): Promise<unknown> {
    try {
      return await step(() => on.$transaction((tx) => work(over(tx, true)), options))
    } catch (error) {
      if (error instanceof Dead) return forever
      throw error
    }
  }

  function over<Client extends object>(on: Client, isInside = false): Client {
    return new Proxy(on, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (name === '$transaction' && !isInside)
          return (work: Work, options: object) => transaction(target as unknown as PrismaClient, work, options)
        if (typeof name === 'string' && /^\$(query|execute)Raw/.test(name))
          return (...given: unknown[]) =>
            step(() => Reflect.apply(value as () => Promise<unknown>, target, given), isInside)
        if (typeof name === 'string' && /^chat[A-Z]/.test(name)) return model(value as object, isInside)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  const model = (on: object, isInside: boolean): object =>
    new Proxy(on, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...given: unknown[]) => step(() => Reflect.apply(value, target, given), isInside)
      },
    })

  return {
    prisma: over(client),
    /** From here on statements count. */
    begin() {
      count = 0
    },
    /** Dead it is, at the latest now. */
    end() {
      isDead = true
    },
    get isDead() {
      return isDead
    },
  }
}
