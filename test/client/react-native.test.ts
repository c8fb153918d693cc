import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { AbortController, AbortSignal } from 'abort-controller'
import type { ChatClient, ChatClientOptions } from 'express-chat/client'
import { transform } from 'sucrase'
import { build } from 'vite'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { pixel, pixelStorage } from '../access/pixel.js'
import { givenGroup, givenHost } from '../realtime/given.js'
import { live, shows, until } from './given.js'
import { givenLine } from './line.js'
import { reactNative } from './react-native.js'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const folder = await reactNative().catch((error: Error) => error)
if (folder instanceof Error) {
  const why = `The client is not tried with React Native's own URL and FormData: ${folder.message}`
  if (process.env.CI) throw new Error(why)
  console.warn(why)
}

/** A module of React Native's own, its types taken off. */
function native(path: string): Record<string, never> {
  const known = `${join(String(folder), path)}.js`
  // Beside some of them lies what they only refer to.
  const source = readFileSync(existsSync(`${known}.flow`) ? `${known}.flow` : known, 'utf8')
  const { code } = transform(source, { transforms: ['flow', 'imports'] })
  const module = { exports: {} as Record<string, never> }
  const load = (other: string) =>
    other === './NativeBlobModule' ? { __esModule: true, default: null } : native(join(dirname(path), other))
  new Function('module', 'exports', 'require', code)(module, module.exports, load)
  return module.exports
}

interface NativeFormData {
  getParts(): { fieldName: string; uri?: string; name?: string; type?: string; string?: string }[]
}

/** What React Native does in native code: requests, whose files it reads from the device. */
async function nativeFetch(url: unknown, { signal, body, ...init }: { signal?: AbortSignal; body?: unknown }) {
  const controller = new globalThis.AbortController()
  signal?.addEventListener('abort', () => controller.abort())
  let sent = body
  if (body && typeof body === 'object' && 'getParts' in body) {
    const form = new FormData()
    for (const { fieldName, uri, name, type } of (body as NativeFormData).getParts()) {
      if (uri !== 'file:///photo.png') throw new TypeError(`there is no ${uri}`)
      form.append(fieldName, new Blob([pixel], { type: type ?? '' }), name)
    }
    sent = form
  }
  return fetch(String(url), { ...init, body: sent as never, signal: controller.signal })
}

describe.skipIf(folder instanceof Error)('the client in React Native', () => {
  let code = ''
  beforeAll(async () => {
    const lib = { entry: here('../../src/client/index.ts'), formats: ['iife' as const], name: 'chat' }
    const built = await build({ logLevel: 'silent', configFile: false, build: { write: false, lib, minify: false } })
    const [{ output } = { output: [] }] = built as { output: { code?: string }[] }[]
    code = output[0]?.code ?? ''
  })

  /** A client where nothing is but the language and what React Native gives. */
  function givenNative(options: Partial<ChatClientOptions>): ChatClient {
    const console = { warn() {}, error() {} }
    const globals = {
      ...{ AbortController, AbortSignal, WebSocket, console, fetch: nativeFetch },
      ...{ setTimeout, clearTimeout, setInterval, clearInterval },
      URL: native('Libraries/Blob/URL').URL,
      URLSearchParams: native('Libraries/Blob/URLSearchParams').URLSearchParams,
      FormData: native('Libraries/Network/FormData').default,
    }
    const context = createContext(globals)
    runInContext(code, context)
    const { createChatClient } = runInContext('chat', context)
    const client = createChatClient({ auth: () => ({ 'x-user': 'alice' }), ...options })
    onTestFinished(() => client.close())
    return client
  }

  it('connects, reads, writes, uploads a file of the device, and comes back', async () => {
    const host = await givenHost({ storage: pixelStorage })
    const line = await givenLine(host.origin)
    const roomId = await givenGroup(host, 'alice', 'bob')
    const client = givenNative({ url: `${line.origin}/chat/` })
    client.connect()
    await live(client)
    const { messages } = client.room(roomId)
    await messages.load()
    const media = await client.media.upload({ uri: 'file:///photo.png', name: 'A photo.png', type: 'image/png' })
    expect(media).toMatchObject({ filename: 'A photo.png', contentType: 'image/png' })
    await messages.send({ text: 'Hello', media: [media] })
    await shows(client, roomId, 'Hello')
    expect(client.media.source(media.url).getSnapshot()).toBe(`${line.origin}${media.url}`)
    expect((await messages.search('hello')).items).toMatchObject([{ text: 'Hello' }])
    expect((await client.users.search('Bob & co')).items).toEqual([])
    line.isUp = false
    line.cut()
    await until(client.connection, ({ status }) => status === 'reconnecting')
    await host.chat.messages.send('bob', roomId, { text: 'Meanwhile' })
    line.isUp = true
    client.wake()
    await shows(client, roomId, 'Hello', 'Meanwhile')
  })

  it('says that its URL needs an origin where there is no page', async () => {
    const client = givenNative({ url: '/chat' })
    // An error of another realm, as all in there.
    expect(() => client.connect()).toThrow('url needs its origin, as https://example.com/chat; it is /chat')
    await expect(client.users.get('alice')).rejects.toThrow('url needs its origin')
  })
})

it('uses nothing that some browser of the last four years, or React Native, lacks', () => {
  const files = ['client', 'react'].flatMap((folder) =>
    readdirSync(here(`../../src/${folder}`), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  )
  const sources = files.filter((file) => file.endsWith('.ts'))
  const young =
    /AbortSignal\.(timeout|any)|structuredClone|randomUUID|\.(toSorted|toReversed|toSpliced|findLast|findLastIndex|isWellFormed)\(|Object\.groupBy|Promise\.withResolvers|\{ signal: [^}]*\}\)$|TextEncoder|\(\?<[=!]/
  const used = sources.flatMap((file) =>
    readFileSync(here(`../../src/${file}`), 'utf8')
      .split('\n')
      .filter((text) => young.test(text) && !/^\s*(\/\/|\*|\/\*)/.test(text))
      .map((text) => `${file}: ${text.trim()}`),
  )
  expect(sources.length).toBeGreaterThan(40)
  expect(used).toEqual([])
})
