import { describe, expect, it } from 'vitest'
import { givenGroup, givenHost, ready } from '../realtime/given.js'
import type { TestSocket } from '../socket.js'
import { givenNotifying } from './given.js'

const welcomeOf = ({ frames }: TestSocket) => frames.find(({ type }) => type === 'welcome')

const isIn = { interval: 20 }

describe('a socket that nobody looks at', () => {
  it('keeps nobody from being notified; one that somebody looks at does, on whichever server', async () => {
    const { host, hosts, notified } = await givenNotifying(undefined, 2)
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol')
    const sockets = await Promise.all(hosts.map((each) => ready(each, 'bob')))
    const inFront = async () =>
      (await host.prisma.chatPresence.findMany({ where: { userId: 'bob', inFront: true } })).length
    await expect.poll(inFront, isIn).toBe(2)
    for (const [n, socket] of sockets.entries()) {
      expect(welcomeOf(socket)).toMatchObject({ asksInFront: true })
      expect(await socket.command('presence.set', { inFront: false })).toMatchObject({ type: 'ok', result: null })
      await expect.poll(inFront, isIn).toBe(1 - n)
      await host.chat.messages.send('alice', roomId, { text: String(n) })
      await notified.until(() => notified.of('carol').length === n + 1)
    }
    await notified.until(() => notified.of('bob').length > 0)
    expect(notified.texts('bob')).toEqual([['0', '1']])
    await sockets[0]?.command('presence.set', { inFront: true })
    await expect.poll(inFront, isIn).toBe(1)
  })

  it('counts no more once another one of theirs on that server is in front, and again once that has gone', async () => {
    const { host } = await givenNotifying(undefined, 1)
    const row = async () => (await host.prisma.chatPresence.findFirst({ where: { userId: 'bob' } })) ?? {}
    const hidden = await ready(host, 'bob')
    await hidden.command('presence.set', { inFront: false })
    await expect.poll(row, isIn).toMatchObject({ inFront: false, sockets: 1 })
    const shown = await ready(host, 'bob')
    await expect.poll(row, isIn).toMatchObject({ inFront: true, sockets: 2 })
    await shown.close()
    await expect.poll(row, isIn).toMatchObject({ inFront: false, sockets: 1 })
  })

  it('is of no interest to a server that notifies nobody', async () => {
    const host = await givenHost()
    const socket = await ready(host, 'bob')
    expect(welcomeOf(socket)).not.toHaveProperty('asksInFront')
    await socket.command('presence.set', { inFront: false })
    await socket.command('presence.watch', { userIds: [] })
    await expect.poll(() => host.prisma.chatPresence.findFirst(), isIn).toMatchObject({ inFront: true })
  })
})
