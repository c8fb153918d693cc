import { inspect } from 'node:util'
import { createChatRouter } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { printable, safely } from '../../src/core/logger.js'
import { secret, userOfHeader } from '../host.js'
import { givenDatabase, givenGroup, givenHost, quietLogger, ready } from '../realtime/given.js'
import { ask, handshake } from '../realtime/raw.js'

const hostile = 'a\nERROR forged\r\u001b[31m\u0000\u202Eevil\u2066\u2028\u009b'
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

describe('what a client says', () => {
  it('reaches a log in one line, with every sign of it to be seen', () => {
    expect(printable(hostile)).toBe('a\\nERROR forged\\r\\u001b[31m\\u0000\\u202eevil\\u2066\\u2028\\u009b')
    expect(printable('Grüße 👍, "quoted"')).toBe('Grüße 👍, "quoted"')
  })

  it('is escaped in errors, their causes and what else is told, and all of it keeps its stack', () => {
    const logger = quietLogger()
    class HostError extends Error {}
    const cause = new TypeError(hostile)
    const error = new HostError(hostile, { cause })
    const said = safely(logger)
    said.error(hostile, error, hostile)
    const [line, told, text] = logger.said[0] as [string, HostError, string]
    for (const each of [line, told.message, String((told.cause as Error).message), text])
      expect(each).not.toMatch(unprintable)
    expect(told).toBeInstanceOf(HostError)
    expect(told.stack?.split('\n    at ').length).toBeGreaterThan(2)
    for (const each of inspect(told).split('\n')) expect(each).not.toMatch(/^ERROR|^\s*evil/)
    // The host's own error is as it was.
    expect(error.message).toBe(hostile)
    const plain = new Error('plain')
    said.warn('x', plain)
    expect(logger.said[1]?.[1]).toBe(plain)
  })

  it('is not in what a whole run logs: no text, no token, no ticket, no signature, and no line of its own', async () => {
    const { prisma } = await givenDatabase()
    const logger = quietLogger()
    const host = await givenHost(
      {
        logger,
        resolveUser: (request) => {
          // As hosts' code does: it quotes what it could not read.
          if (request.headers['x-broken'])
            throw new Error(`cannot read the session ${decodeURIComponent(String(request.headers['x-broken']))}`)
          return userOfHeader(request)
        },
        can: (question) => {
          if (question.permission === 'canEditRoom') throw new Error('the policy is on fire')
          return true
        },
      },
      { prisma },
    )
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = [host.as('alice'), host.as('bob')]
    const text = 'TOPSECRET text'
    const { ticket } = (await alice.post('/ws-ticket')).body
    await alice.post(`/rooms/${roomId}/messages`, { text })
    await bob.post(`/rooms/${roomId}/messages`, { text, replyToId: hostile })
    await bob.post(`/rooms/${roomId}/messages`, `{"text":"${text}`)
    await bob.post(`/rooms/${encodeURIComponent(hostile)}/messages`, { text })
    await bob.get(`/rooms?cursor=TOPSECRET.signature`)
    await bob.get(`/media/x/content?expires=1&signature=TOPSECRETsignature`)
    await alice.patch(`/rooms/${roomId}`, { name: text })
    const broken = { 'x-broken': encodeURIComponent(hostile), authorization: 'Bearer TOPSECRETtoken' }
    await alice.post(`/rooms/${roomId}/messages`, { text }, broken)
    for (const query of [`?ticket=${ticket}`, `?ticket=${ticket}`, '?ticket=TOPSECRET.ticket'])
      await ask(host.origin, { path: `/chat/ws${query}`, headers: handshake, body: '\x88\x80\0\0\0\0' })
    await ask(host.origin, { path: '/elsewhere/ws?ticket=TOPSECRET', headers: handshake })
    await ask(host.origin, { path: '/chat/ws', headers: { ...handshake, 'X-User': 'alice', ...broken } })
    await ask(host.origin, {
      path: '/chat/ws',
      headers: { ...handshake, 'X-User': 'alice', 'Sec-WebSocket-Version': '1' },
    })
    const socket = await ready(host, 'alice')
    for (const frame of [
      text,
      `{"type":"${text}"}`,
      { type: 'message.send', id: '1', roomId: hostile, clientId: '1', text },
    ])
      socket.send(frame)
    await socket.command('message.send', { roomId, clientId: hostile, text })
    await socket.settled()
    const lines = logger.said.map((words) =>
      words.map((word) => (word instanceof Error ? `${word.message}` : String(word))),
    )
    expect(lines.length).toBeGreaterThan(1)
    for (const each of lines.flat()) expect(each).not.toMatch(unprintable)
    const all = logger.said.map((words) => inspect(words, { depth: 9 })).join('\n')
    expect(all).not.toContain('TOPSECRET')
    expect(all).not.toContain(ticket)
    expect(all).toContain('\\nERROR forged')
  })

  it('is not what a logger without a class needs: its methods are called on it', () => {
    const said: string[] = []
    const logger = {
      said,
      warn: (line: string) => void said.push(line),
      error(line: string) {
        this.said.push(line)
      },
    }
    safely(logger).error('x')
    safely(logger).warn('y')
    expect(said).toEqual(['x', 'y'])
    expect(createChatRouter).toBeTypeOf('function')
    expect(secret).not.toBe('')
  })
})
