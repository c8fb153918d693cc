import { Readable } from 'node:stream'
import compression from 'compression'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shareHost } from '../core/shared-host.js'
import { databases, type OpenDatabase, type TestDatabase } from '../databases.js'
import { type Served, serve } from '../http/serve.js'
import { givenStorage } from './given-storage.js'
import { picture } from './pictures.js'
import { type Fetched, fetchFile, upload } from './upload.js'

describe('files are served', () => {
  const { storage, remove } = givenStorage()
  const host = shareHost(databases[0] as TestDatabase, { storage })
  afterAll(remove)

  const text = '0123456789'.repeat(100)
  let url: string
  const get = (headers: Record<string, string> = {}, method?: string): Promise<Fetched> =>
    fetchFile(host, url, headers, method)
  beforeAll(async () => {
    url = (await upload(host, 'alice', text, 'digits.txt', 'text/html')).body.url
  })

  it('inert: as what they are, to be saved, sandboxed, and kept by nobody but the reader', async () => {
    const { status, headers, bytes } = await get()
    expect([status, String(bytes)]).toEqual([200, text])
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'attachment; filename=digits.txt',
      'content-length': '1000',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-site',
      'cache-control': expect.stringMatching(/^private, max-age=\d+, immutable, no-transform$/),
    })
    expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
    const maxAge = Number(/max-age=(\d+)/.exec(headers.get('cache-control') ?? '')?.[1])
    const expires = Number(new URL(url, host.origin).searchParams.get('expires'))
    expect(Math.abs(maxAge - (expires - Date.now()) / 1000)).toBeLessThan(5)
  })

  it('in place where they are pictures, and anew each time to a session', async () => {
    const { id } = (await upload(host, 'alice', await picture(8, 8))).body
    const { headers } = await fetchFile(host, `/chat/media/${id}/content`, { 'x-user': 'alice' })
    expect(headers.get('content-disposition')).toBe('inline; filename=cat.png')
    expect(headers.get('cache-control')).toBe('private, no-cache, no-transform')
  })

  it.each([
    ['bytes=0-0', 206, '0', '0-0'],
    ['bytes=5-9', 206, '56789', '5-9'],
    ['bytes=995-', 206, '56789', '995-999'],
    ['bytes=995-2000', 206, '56789', '995-999'],
    ['bytes=-3', 206, '789', '997-999'],
    ['bytes=-2000', 206, text, '0-999'],
    ['bytes=1000-', 416, '', '*'],
    ['bytes=-0', 416, '', '*'],
    ['bytes=9-5', 200, text, ''],
    ['bytes=0-1,5-6', 200, text, ''],
    ['bytes=-', 200, text, ''],
    ['bytes=a-b', 200, text, ''],
    ['lines=0-1', 200, text, ''],
    ['bytes=99999999999999999999-', 200, text, ''],
  ])('by range: %s is %i', async (range, status, body, part) => {
    const answer = await get({ range })
    expect([answer.status, String(answer.bytes)]).toEqual([status, body])
    expect(answer.headers.get('content-range')).toBe(part === '' ? null : `bytes ${part}/1000`)
    expect(answer.headers.get('content-length')).toBe(String(body.length))
  })

  it('not at all to who has them, and in part only to who has that very file', async () => {
    const etag = (await get()).headers.get('etag') ?? ''
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { status, bytes, headers } = await get({ 'if-none-match': known })
      expect([status, bytes.length, headers.get('etag')]).toEqual([304, 0, etag])
    }
    expect((await get({ 'if-none-match': '"other"' })).status).toBe(200)
    expect((await get({ range: 'bytes=0-1', 'if-range': etag })).status).toBe(206)
    for (const other of ['"other"', `W/${etag}`, 'Wed, 21 Oct 2015 07:28:00 GMT']) {
      expect((await get({ range: 'bytes=0-1', 'if-range': other })).status).toBe(200)
    }
  })

  it('without their bytes to HEAD', async () => {
    const { status, bytes, headers } = await get({}, 'HEAD')
    expect([status, bytes.length, headers.get('content-length')]).toEqual([200, 0, '1000'])
    expect((await get({ range: 'bytes=0-1' }, 'HEAD')).headers.get('content-range')).toBe('bytes 0-1/1000')
  })

  it('as 404 where the store has lost them', async () => {
    const { id, url: lost } = (await upload(host, 'alice', 'lost', 'a.txt')).body
    const { storageKey } = await host.prisma.chatMedia.findUniqueOrThrow({ where: { id } })
    await storage.delete(storageKey)
    const { status, bytes } = await fetchFile(host, lost)
    expect([status, JSON.parse(String(bytes)).code]).toEqual([404, 'not_found'])
  })
})

describe('files are served to other sites', () => {
  const { storage, remove } = givenStorage()
  const host = shareHost(databases[0] as TestDatabase, {
    ...{ storage, origins: ['https://elsewhere.example'], publicPath: '/site/chat' },
  })
  afterAll(remove)

  it('where their origins are listed, by the URLs that need no cookie', async () => {
    const { id, url } = (await upload(host, 'alice', 'words', 'a.txt')).body
    const policyOf = async (path: string) =>
      (await fetchFile(host, path, { 'x-user': 'alice' })).headers.get('cross-origin-resource-policy')
    expect(await policyOf(url.replace('/site', ''))).toBe('cross-origin')
    expect(await policyOf(`/chat/media/${id}/content`)).toBe('same-site')
  })

  it('by URLs that begin with the path that a proxy shows', async () => {
    const { url } = (await upload(host, 'alice', 'words', 'a.txt')).body
    expect(url).toMatch(/^\/site\/chat\/media\//)
    expect(String((await fetchFile(host, url.replace('/site', ''))).bytes)).toBe('words')
  })
})

describe('files are served under compression()', () => {
  const { storage, remove } = givenStorage()
  let database: OpenDatabase
  let served: Served
  beforeAll(async () => {
    database = await (databases[0] as TestDatabase).open()
    const app = (chat: Served['chat']) =>
      express()
        .use(compression({ threshold: 0 }))
        .use('/chat', chat.router)
    served = await serve(database, app, { storage })
  })
  afterAll(async () => {
    await served.close()
    await database.close()
    remove()
  })

  it('as they are, whole and in part, while answers of the API are compressed', async () => {
    const text = '0123456789'.repeat(1_000)
    const stream = Readable.from([Buffer.from(text)])
    const { url } = await served.chat.media.upload('alice', { filename: 'digits.txt', stream })
    const accepting = { 'accept-encoding': 'br, gzip' }
    const whole = await served.call(`GET ${url}`, { headers: accepting })
    expect([whole.status, whole.headers.get('content-encoding'), whole.text]).toEqual([200, null, text])
    const part = await served.call(`GET ${url}`, { headers: { ...accepting, range: 'bytes=5-9' } })
    expect([part.status, part.headers.get('content-encoding'), part.text]).toEqual([206, null, '56789'])
    expect(part.headers.get('etag')).toBe(whole.headers.get('etag'))
    const api = await served.call('GET /chat/openapi.json', { headers: accepting })
    expect(api.headers.get('content-encoding')).toBe('br')
  })
})
