import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { pixel, pixelStorage } from '../access/pixel.js'
import { people, type TestHost } from '../host.js'
import { longMs } from '../patience.js'
import { givenGroup, givenHost } from '../realtime/given.js'

const executablePath = inject('chromium')
const entry = fileURLToPath(new URL('../../src/client/index.ts', import.meta.url))

/** The client as a page would load it, as `chat`. */
async function bundle(): Promise<string> {
  const lib = { entry, formats: ['iife' as const], name: 'chat' }
  const built = await build({ logLevel: 'silent', configFile: false, build: { write: false, lib } })
  const [{ output } = { output: [] }] = built as { output: { code?: string }[] }[]
  return output[0]?.code ?? ''
}

/** A browser with tabs on a page of the host, each with a client of Alice's as `client`. */
async function givenTabs(host: TestHost, roomId: string, count: number) {
  const code = await bundle()
  host.app.get('/page', (_request, response) => void response.type('html').send('<!doctype html><title>A page</title>'))
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  onTestFinished(() => browser.close())
  const context = await browser.newContext()
  const open = async () => {
    const page = await context.newPage()
    await page.goto(`${host.origin}/page`)
    await page.evaluate(code.replace(/^var chat\b/, 'globalThis.chat'))
    await page.evaluate(`
      globalThis.client = chat.createChatClient({ url: '/chat', auth: () => ({ 'x-user': 'alice' }), storage: localStorage })
      globalThis.room = client.room(${JSON.stringify(roomId)})
      client.connect()
      room.messages.load()`)
    return page
  }
  return { context, tabs: await Promise.all(Array.from({ length: count }, open)) }
}

const texts = `room.messages.getSnapshot().items.filter(({ kind }) => kind === 'user').map(({ text, state }) => text + ' ' + state)`

// Left out where there is no Chromium; the beginning of the run's output says so.
describe.skipIf(!executablePath)('the client in a browser', { timeout: longMs }, () => {
  it('tells how far an upload is, cancels one, and shows URLs of the page’s own site', async () => {
    const host = await givenHost({ storage: pixelStorage })
    await people(host, 'alice')
    const roomId = await givenGroup(host, 'alice')
    const { tabs } = await givenTabs(host, roomId, 1)
    const [page] = tabs
    const uploaded = await page?.evaluate(`(async () => {
      const progress = []
      const bytes = Uint8Array.from(${JSON.stringify([...pixel])})
      const file = new File([bytes], 'dot.png')
      const media = await client.media.upload(file, { onProgress: (fraction) => progress.push(fraction) })
      await room.messages.send({ media: [media] })
      const controller = new AbortController()
      const cancelled = client.media.upload(new File([new Uint8Array(20_000_000)], 'big.png'), { signal: controller.signal })
      controller.abort()
      const code = await cancelled.catch((error) => error.code)
      const refused = await client.media.upload(new File(['<html>'], 'x.html')).catch((error) => error.code)
      return { filename: media.filename, progress, code, refused, url: client.media.source(media.url).getSnapshot() }
    })()`)
    expect(uploaded).toMatchObject({
      filename: 'dot.png',
      code: 'aborted',
      refused: 'unsupported_media_type',
      url: expect.stringMatching(/^\/chat\/media\//),
    })
    const { progress } = uploaded as { progress: number[] }
    expect(progress.length).toBeGreaterThan(1)
    expect(progress.at(-1)).toBe(1)
  })

  it('sends what was written offline once, though a tab was closed meanwhile and another stayed', async () => {
    const host = await givenHost()
    const roomId = await givenGroup(host, 'alice')
    const { context, tabs } = await givenTabs(host, roomId, 2)
    const [one, other] = tabs
    for (const tab of tabs) await expect.poll(() => tab.evaluate('client.connection.getSnapshot().status')).toBe('live')
    await context.setOffline(true)
    for (const tab of tabs) {
      await expect.poll(() => tab.evaluate('client.connection.getSnapshot().status')).toBe('offline')
    }
    await one?.evaluate(`void room.messages.send({ text: 'Of one' })`)
    await other?.evaluate(`void room.messages.send({ text: 'Of the other' })`)
    expect(await other?.evaluate(texts)).toEqual(['Of the other sending'])
    await one?.close()
    // Whoever stays takes up what nobody else will send.
    await expect.poll(() => other?.evaluate(texts)).toEqual(['Of one sending', 'Of the other sending'])
    await context.setOffline(false)
    await expect.poll(() => other?.evaluate(texts)).toEqual(['Of one sent', 'Of the other sent'])
    await expect.poll(() => other?.evaluate('localStorage.length')).toBe(0)
    const { items } = await host.chat.system.messages.list(roomId, {})
    expect(items.filter(({ kind }) => kind === 'user').map(({ text }) => text)).toEqual(['Of one', 'Of the other'])
  })
})
