import { describe, expect, it, vi } from 'vitest'
import { userOfHeader } from '../host.js'
import { givenHost, ready } from '../realtime/given.js'

/** A resolver of which each answer for somebody waits until it is let go. */
function holding(userId: string) {
  const waiting: (() => void)[] = []
  let isOpen = false
  return {
    resolveUser: async (request: Parameters<typeof userOfHeader>[0]) => {
      const user = userOfHeader(request)
      if (user?.id === userId && !isOpen) await new Promise<void>((resolve) => waiting.push(resolve))
      return user
    },
    letGo: () => {
      isOpen = true
      for (const each of waiting.splice(0)) each()
    },
  }
}

/** A host whose answers to Mallory's searches hang until they are let go. */
async function hangingHost(requestsAtOnce: number) {
  const waiting: (() => void)[] = []
  let isOpen = false
  const host = await givenHost({
    limits: { requestsAtOnce },
    directory: {
      find: async () => [],
      async search(q) {
        if (q === 'hang' && !isOpen) await new Promise<void>((resolve) => waiting.push(resolve))
        return []
      },
    },
  })
  const letGo = () => {
    isOpen = true
    for (const each of waiting.splice(0)) each()
  }
  return { host, letGo, waiting }
}

const statusesOf = async (answers: Promise<{ status: number }>[]): Promise<number[]> =>
  (await Promise.all(answers)).map(({ status }) => status)

const times = <T>(count: number, each: () => T): T[] => Array.from({ length: count }, each)

describe('somebody who asks for everything at once', () => {
  it('takes none of the places of others', async () => {
    const { host, letGo } = await hangingHost(16)
    const flood = times(24, () => host.as('mallory').get('/users?q=hang'))
    // Refused at once are those beyond the share: once they are, the flood is in.
    await Promise.race(flood)
    expect(await statusesOf(times(4, () => host.as('bob').get('/users/me')))).toEqual(times(4, () => 200))
    letGo()
    const statuses = await statusesOf(flood)
    expect(statuses.filter((status) => status === 200)).toHaveLength(4)
    expect(statuses.filter((status) => status === 503)).toHaveLength(20)
  })

  it('has one share for all sockets and requests', async () => {
    const { host, letGo, waiting } = await hangingHost(8)
    const socket = await ready(host, 'alice')
    const held = times(2, () => host.as('alice').get('/users?q=hang'))
    await vi.waitFor(() => expect(waiting).toHaveLength(2))
    const answer = await socket.command('read.many', { rooms: [] })
    letGo()
    expect(answer).toMatchObject({ type: 'error', problem: { code: 'unavailable', status: 503 } })
    await Promise.all(held)
  })

  it('takes no place of users while it is not known who asks', async () => {
    const { resolveUser, letGo } = holding('mallory')
    const host = await givenHost({ limits: { requestsAtOnce: 4 }, resolveUser })
    await host.as('bob').get('/users/me')
    const socket = await ready(host, 'bob')
    const flood = times(10, () => host.as('mallory').get('/users/me'))
    await Promise.race(flood)
    expect(await socket.command('read.many', { rooms: [] })).toMatchObject({ type: 'ok' })
    letGo()
    expect(new Set(await statusesOf(flood))).toEqual(new Set([200, 503]))
  })
})
