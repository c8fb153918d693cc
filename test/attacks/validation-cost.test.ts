import { createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { jwtUser } from 'express-chat'
import { describe, it } from 'vitest'
import type { z } from 'zod'
import { parse } from '../../src/contract/parse.js'
import { filenameFor } from '../../src/core/media/filenames.js'
import { TextCheck } from '../../src/core/media/text-check.js'
import { anyText, emoji } from '../../src/core/reaction-policies.js'
import { Cursors } from '../../src/core/signatures.js'
import { View } from '../../src/core/view.js'
import { parseQuery } from '../../src/http/parameters.js'
import { isKnown, rangeOf } from '../../src/http/ranges.js'
import type { Route } from '../../src/http/route.js'
import { mediaRoutes } from '../../src/http/routes/media.js'
import { routes } from '../../src/http/routes.js'
import { commandTable } from '../../src/realtime/commands.js'
import { Greeting } from '../../src/realtime/greeting.js'
import { idIn } from '../../src/realtime/id-in.js'
import { withinCpu, withinTurns } from './cpu.js'

const secret = 'a secret for tests, of more than 32 characters'
/** What a body or a frame may have by default, and what the head of a request may. */
const [bodyBytes, headBytes] = [128 * 1024, 16 * 1024]

/** Values of which as many as fit stand in a list, or under as many keys. */
const values: unknown[] = [1, null, '', 'a', {}, [], { roomId: 1 }, '\ud800', { roomId: 'a', seq: 1 }]
const lists = values.map((value) => {
  const count = Math.floor(bodyBytes / (JSON.stringify(value).length + 1))
  return Array.from({ length: count }, () => value)
})
const manyKeys = Object.fromEntries(Array.from({ length: bodyBytes / 12 }, (_, n) => [`key${n}`, 1]))
const longTexts = ['.', ' ', 'a', '😀', '\0', '\ud800'].map((each) => each.repeat(bodyBytes / 4))
const deep = JSON.parse('['.repeat(10_000) + ']'.repeat(10_000))

/** Everything above for each key of a schema, and for the whole. */
function worstFor(schema: z.ZodType): unknown[] {
  const all = [...lists, manyKeys, deep, ...longTexts, JSON.parse(`{"__proto__":[${lists[4]?.map(() => '{}')}]}`)]
  const keys = 'shape' in schema ? Object.keys(schema.shape as object) : []
  return [...all, ...keys.flatMap((key) => all.map((value) => ({ [key]: value })))]
}

const inputs: [string, z.ZodType][] = [
  ...routes.flatMap(({ method, path, body }): [string, z.ZodType][] =>
    body ? [[`${method} ${path}`, body.schema]] : [],
  ),
  ...Object.entries(commandTable).map(([name, { schema }]): [string, z.ZodType] => [name, schema]),
]

const refused = (work: () => unknown) => {
  try {
    work()
  } catch {}
}

describe('no input under the limits takes the event loop for more than 5 ms', () => {
  it.each(inputs)('as the body or the frame of %s', (_, schema) => {
    for (const input of worstFor(schema)) withinCpu(5, () => refused(() => parse(schema, input)))
  })

  it.each(routes.flatMap(({ method, path, query }) => (query ? [[`${method} ${path}`, query] as const] : [])))(
    'as the query of %s',
    (_, query) => {
      const names = Object.keys(query.shape)
      for (const value of ['a', '%00', '%', '+', '=', '&', '&%', '&%ff', '&%61', '?', `&${names[0]}=`]) {
        const url = `/?${names[0]}=${value.repeat(headBytes / value.length)}`
        withinCpu(5, () => refused(() => parseQuery(query, url)))
      }
    },
  )

  it.each(['.', ' ', '. ', '/', 'a.', '\u202e', '\ud800', '.exe'])('as the name of a file, of many "%s"', (part) => {
    const name = part.repeat(headBytes / part.length)
    for (const given of [name, `${name}a`, `a${name}`])
      withinCpu(5, () => refused(() => filenameFor(given, { contentType: '', extension: 'bin' })))
  })

  it('as a hello, whatever its rooms are', () => {
    for (const value of [1, -1, null, {}, 'a']) {
      const rooms = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`room${n}`, value]))
      const data = Buffer.from(JSON.stringify({ type: 'hello', rooms }))
      withinCpu(5, () => refused(() => new Greeting().receive(data)))
    }
  })

  it('as the frame that is too large, in which an id is looked for', () => {
    for (const part of ['{', ',"id":"', '{"id":"\\', ',   ', '"', '{"id":"a']) {
      const data = Buffer.from(part.repeat((bodyBytes * 8) / part.length))
      withinCpu(5, () => idIn(data))
    }
  })

  it('as a header', () => {
    for (const part of ['bytes=', ' ', '1-', '-', '"', ',', 'W/', ',W/"a"']) {
      const header = part.repeat(headBytes / part.length)
      withinCpu(5, () => rangeOf({ range: `bytes=${header}`, 'if-range': header }, 100, '"etag"'))
      withinCpu(5, () => isKnown({ 'if-none-match': header }, '"etag"'))
    }
  })

  it('as the signed URL of a file', async () => {
    const view = new View(secret, '/chat', () => new Date(), 900)
    const open = async () => ({ status: 200 })
    const given = { core: { context: { view }, media: { open } }, authenticate: async () => ({ userId: 'alice' }) }
    const [ask] = mediaRoutes.filter(({ path }) => path.endsWith('/content'))
    for (const part of ['a', '1', '.', '/', '%2F', '%', '=', '\u00e9', '\ud800', '&expires=1', '&signature=a']) {
      const long = part.repeat(headBytes / part.length)
      for (const [mediaId, expires, signature] of [
        [long, '1', 'a'],
        ['1', long, 'a'],
        ['1', `1${long}`, long],
        [long, '9'.repeat(15), long],
      ] as const) {
        const url = `/media/1/content?expires=${expires}&signature=${signature}`
        const request = { ...given, params: { mediaId }, url } as unknown as Parameters<Route['answer']>[0]
        await withinTurns(5, async () => ask?.answer(request))
      }
    }
  })

  it('as a cursor', () => {
    const cursors = new Cursors(secret)
    for (const part of ['a', '.', 'a.']) withinCpu(5, () => refused(() => cursors.read('list', part.repeat(1024))))
  })

  it('as a reaction that a policy is asked about', () => {
    const about = {
      message: { id: '1', userId: null, text: '' },
      room: { id: '1', type: 'group' },
      actor: 'a',
    } as const
    for (const part of ['❤', '\uFE0F', '\u200d', '👍🏽', '1\uFE0F\u20e3', ' ']) {
      const reaction = part.repeat(64 / part.length)
      for (const policy of [emoji(), anyText()]) withinCpu(5, () => policy.accept(reaction, about))
    }
  })

  it('as a piece of a text file', () => {
    for (const byte of [0x41, 0xc3, 0x80, 0x1b, 0xff]) {
      const bytes = Buffer.alloc(64 * 1024, byte)
      withinCpu(5, () => refused(() => new TextCheck(bytes).take(bytes)))
    }
  })

  it('as a token', async () => {
    const resolve = jwtUser({ secret, algorithms: ['HS256'] })
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ alg: 'HS256' })}.${part({ sub: 'a'.repeat(8_000), exp: 1e12 })}`
    const signature = createHmac('sha256', secret).update(signed).digest('base64url')
    const tokens = [
      `${signed}.${signature}`,
      '.'.repeat(headBytes),
      'a'.repeat(headBytes),
      `a${' '.repeat(headBytes)}b`,
    ]
    const request = (token: string) => ({ headers: { authorization: `Bearer ${token}` } }) as IncomingMessage
    await resolve(request('once, to load what it needs'))
    for (const token of tokens) withinCpu(5, () => void Promise.resolve(resolve(request(token))).catch(() => undefined))
  })
})
