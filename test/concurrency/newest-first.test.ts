import { describe, expect, it } from 'vitest'
import { NewestFirst } from '../../src/concurrency/newest-first.js'

/** Work that ends when it is told to; `begun` tells in which order it was. */
function given() {
  const turns = new NewestFirst()
  const begun: string[] = []
  const ends = new Map<string, (error?: Error) => void>()
  const ask = (user: string, what: string): Promise<string> =>
    turns.take(user, () => {
      begun.push(what)
      return new Promise((resolve, reject) => {
        ends.set(what, (error) => (error ? reject(error) : resolve(what)))
      })
    })
  return { ask, begun, end: (what: string, error?: Error) => ends.get(what)?.(error) }
}

describe('the searches of a user', () => {
  it('are done one at a time, and the newest of those that wait is next', async () => {
    const { ask, begun, end } = given()
    const asked = ['h', 'he', 'her', 'heron'].map((what) => ask('alice', what))
    expect(begun).toEqual(['h'])
    end('h')
    await asked[0]
    expect(begun).toEqual(['h', 'heron'])
    end('heron')
    await asked[3]
    end('her')
    await asked[2]
    end('he')
    expect(await asked[1]).toBe('he')
    expect(begun).toEqual(['h', 'heron', 'her', 'he'])
  })

  it('go on after one that failed, and wait for nobody else’s', async () => {
    const { ask, begun, end } = given()
    const asked = [ask('alice', 'a'), ask('alice', 'b'), ask('bob', 'c')]
    expect(begun).toEqual(['a', 'c'])
    end('a', new Error('The database is away.'))
    await expect(asked[0]).rejects.toThrow('away')
    expect(begun).toEqual(['a', 'c', 'b'])
    end('b')
    await asked[1]
    const next = ask('alice', 'd')
    expect(begun).toContain('d')
    end('d')
    await next
  })
})
