import type { ChatClientOptions } from 'express-chat/client'
import { describe, expect, it, vi } from 'vitest'
import { failure, given } from './answering.js'
import { stub } from './page.js'
import { pass } from './wire.js'

describe('an upload', () => {
  /** What a form was given, by a place whose forms take more than texts and files. */
  class Form {
    readonly parts: unknown[][] = []
    append(...part: unknown[]): void {
      this.parts.push(part)
    }
  }

  async function uploadOf(...given_: Parameters<ReturnType<typeof given>['client']['media']['upload']>) {
    stub('FormData', Form)
    const { client, answer } = given()
    const uploaded = client.media.upload(...given_)
    const { what, headers, body } = await answer(201, { id: 'a-file' })
    expect(await uploaded).toEqual({ id: 'a-file' })
    expect({ what, headers }).toEqual({ what: 'POST /media', headers: {} })
    return (body as Form).parts
  }

  it('is called as its caller says, as the file itself is called, or `file`', async () => {
    const blob = new Blob(['x'])
    const file = new File(['x'], 'own.png')
    expect(await uploadOf(blob)).toEqual([['file', blob, 'file']])
    expect(await uploadOf(file)).toEqual([['file', file, 'own.png']])
    expect(await uploadOf(file, { filename: 'other.png' })).toEqual([['file', file, 'other.png']])
  })

  it('of a file of the device names where that is', async () => {
    const native = { uri: 'file:///photo.jpg', name: 'photo.jpg', type: 'image/jpeg' }
    expect(await uploadOf(native)).toEqual([['file', native]])
    expect(await uploadOf(native, { filename: 'mine.jpg' })).toEqual([['file', { ...native, name: 'mine.jpg' }]])
  })

  it('tells that it is done once it is, and not where it failed', async () => {
    const { client, answer } = given()
    const onProgress = vi.fn()
    const uploaded = client.media.upload(new Blob(['x']), { onProgress })
    await pass()
    expect(onProgress).not.toHaveBeenCalled()
    await answer(201, {})
    await uploaded
    expect(onProgress.mock.calls).toEqual([[1]])
    const refused = failure(client.media.upload(new Blob(['x']), { onProgress }))
    await answer(415, { code: 'unsupported_media_type', status: 415 })
    expect(await refused).toMatchObject({ code: 'unsupported_media_type' })
    expect(onProgress).toHaveBeenCalledTimes(1)
  })

  it('takes as long as it takes, and does not wait for another', async () => {
    const { wire, client, answer } = given()
    const both = Promise.all([client.media.upload(new Blob(['x'])), client.media.upload(new Blob(['y']))])
    await pass(600_000)
    expect(wire.log).toHaveLength(2)
    expect(wire.signals).toEqual([])
    await answer(201, { id: 'x' })
    await answer(201, { id: 'y' })
    expect(await both).toEqual([{ id: 'x' }, { id: 'y' }])
  })

  it('that is cancelled rejects with `aborted`', async () => {
    const { client } = given()
    const controller = new AbortController()
    const uploaded = failure(client.media.upload(new Blob(['x']), { signal: controller.signal }))
    await pass()
    controller.abort()
    expect(await uploaded).toMatchObject({ code: 'aborted' })
  })
})

describe('an upload in a browser', () => {
  class BrowserRequest {
    static last: BrowserRequest
    readonly upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {}
    readonly headers: Record<string, string> = {}
    readonly answered: Record<string, string> = {}
    withCredentials = false
    status = 0
    responseText = ''
    opened: string[] = []
    sent: unknown
    isAborted = false
    onload = (): void => undefined
    onerror = (): void => undefined
    onabort = (): void => undefined

    constructor() {
      BrowserRequest.last = this
    }
    open(...opened: string[]): void {
      this.opened = opened
    }
    setRequestHeader(name: string, value: string): void {
      this.headers[name] = value
    }
    getResponseHeader = (name: string): string | null => this.answered[name] ?? null
    send(body: unknown): void {
      this.sent = body
    }
    abort(): void {
      this.isAborted = true
      this.onabort()
    }
    answer(status: number, responseText: string): void {
      Object.assign(this, { status, responseText })
      this.onload()
    }
  }

  async function begun(options: Partial<ChatClientOptions> = {}, upload: { signal?: AbortSignal } = {}) {
    stub('XMLHttpRequest', BrowserRequest)
    stub('fetch', () => expect.fail('not by `fetch`'))
    const { client } = given({ fetch: undefined, ...options })
    const progress: number[] = []
    const uploaded = client.media.upload(new Blob(['x']), { onProgress: (each) => progress.push(each), ...upload })
    const outcome = uploaded.catch((error) => error)
    await pass()
    return { request: BrowserRequest.last, progress, outcome }
  }

  it('tells how far it is', async () => {
    const { request, progress, outcome } = await begun({ auth: () => 'token' })
    expect(request).toMatchObject({
      ...{ opened: ['POST', 'http://chat.test/chat/media'], withCredentials: false },
      headers: { authorization: 'Bearer token' },
    })
    expect(request.sent).toBeInstanceOf(FormData)
    for (const [loaded, total] of [
      [0, 0],
      [1, 4],
      [4, 4],
    ] as const) {
      request.upload.onprogress?.({ loaded, total })
    }
    request.answer(201, '{"id":"a-file"}')
    expect(await outcome).toEqual({ id: 'a-file' })
    expect(progress).toEqual([0, 0.25, 1, 1])
  })

  it('of which nobody wants to know how far it is is done all the same', async () => {
    stub('XMLHttpRequest', BrowserRequest)
    const { client } = given({ fetch: undefined })
    const uploaded = client.media.upload(new Blob(['x']))
    await pass()
    BrowserRequest.last.upload.onprogress?.({ loaded: 1, total: 2 })
    BrowserRequest.last.answer(201, '{"id":"a-file"}')
    expect(await uploaded).toEqual({ id: 'a-file' })
  })

  it('takes cookies along where those go to another origin', async () => {
    const { request, outcome } = await begun({ credentials: 'include' })
    expect(request.withCredentials).toBe(true)
    request.answer(201, '{}')
    await outcome
  })

  it('brings why it was refused, and when to come back', async () => {
    const { request, outcome } = await begun()
    request.answered['retry-after'] = '7'
    request.answer(429, '{"code":"rate_limited","status":429}')
    expect(await outcome).toMatchObject({ code: 'rate_limited', retryAfterMs: 7_000 })
    const other = await begun()
    other.request.answer(413, '<html>')
    expect(await other.outcome).toMatchObject({ code: 'too_large' })
  })

  it('that breaks off is as if nobody answered', async () => {
    const { request, outcome } = await begun()
    request.onerror()
    expect(await outcome).toMatchObject({ code: 'unreachable' })
  })

  it('is cancelled while it goes, and when it was before it began', async () => {
    const controller = new AbortController()
    const { request, outcome } = await begun({}, { signal: controller.signal })
    expect(request.isAborted).toBe(false)
    controller.abort()
    expect(request.isAborted).toBe(true)
    expect(await outcome).toMatchObject({ code: 'aborted' })
    const late = await begun({}, { signal: AbortSignal.abort() })
    expect(late.request.isAborted).toBe(true)
    expect(await late.outcome).toMatchObject({ code: 'aborted' })
  })

  it('is all that goes so: what has no file goes by `fetch`, as does a file elsewhere', async () => {
    stub('fetch', async () => Response.json({ id: 'bob' }))
    const elsewhere = given({ fetch: undefined })
    expect(await elsewhere.client.media.upload(new Blob(['x']))).toEqual({ id: 'bob' })
    stub('XMLHttpRequest', () => expect.fail('not by XMLHttpRequest'))
    const { client } = given({ fetch: undefined })
    expect(await client.users.get('bob')).toEqual({ id: 'bob' })
  })

  it('goes by the `fetch` that the client was given', async () => {
    stub('XMLHttpRequest', () => expect.fail('not by XMLHttpRequest'))
    const { client, answer } = given()
    const uploaded = client.media.upload(new Blob(['x']))
    await answer(201, { id: 'a-file' })
    expect(await uploaded).toEqual({ id: 'a-file' })
  })
})
