import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { shareHost } from '../core/shared-host.js'
import { databases, type TestDatabase } from '../databases.js'
import { longMs } from '../patience.js'
import { givenStorage } from './given-storage.js'
import { type HostileFile, hostileFiles } from './hostile.js'
import { fetchFile, upload } from './upload.js'
import { withoutSharp } from './without-sharp.js'

// Without sharp nobody decodes a picture, and what is damaged is kept: only how it is served keeps it from running.
describe.each([true, false])('forty hostile files, with sharp: %s', (withSharp) => {
  if (!withSharp) withoutSharp()
  const { storage, remove } = givenStorage()
  const host = shareHost(databases[0] as TestDatabase, { storage })
  const ran: string[] = []
  let files: HostileFile[]
  const accepted: { name: string; url: string }[] = []

  beforeAll(async () => {
    host.app.get('/ran', (request, response) => {
      ran.push(request.url)
      response.end()
    })
    host.app.get('/', (_request, response) => {
      response.type('html').end('<!doctype html><title>app</title>')
    })
    files = await hostileFiles()
  })
  afterAll(remove)

  it('are refused where they are markup, and kept as what their bytes are where not', async () => {
    expect(files).toHaveLength(40)
    const outcome: Record<string, string> = {}
    for (const { name, type, bytes } of files) {
      const { status, body } = await upload(host, 'alice', bytes, name, type)
      outcome[name] = status === 201 ? `${body.contentType} as ${body.filename}` : String(status)
      if (status === 201) accepted.push({ name, url: body.url })
    }
    expect(outcome).toMatchSnapshot()
  })

  it('are served as no page, whatever a browser would make of them', async () => {
    for (const { name, url } of accepted) {
      const { headers } = await fetchFile(host, url)
      const type = headers.get('content-type') ?? ''
      expect(type, name).not.toMatch(/html|xml|svg|script/)
      expect(headers.get('x-content-type-options'), name).toBe('nosniff')
      expect(headers.get('content-security-policy'), name).toMatch(/^sandbox; default-src 'none'/)
      if (!/^(image|audio|video)\//.test(type)) expect(headers.get('content-disposition'), name).toMatch(/^attachment;/)
    }
  })

  it.skipIf(inject('chromium') === '')(
    'run no script in Chromium, however they are opened',
    { timeout: longMs },
    async () => {
      const browser: Browser = await chromium.launch({ executablePath: inject('chromium'), args: ['--no-sandbox'] })
      try {
        const page = await browser.newPage()
        await page.goto(`${host.origin}/`)
        await page.evaluate(embed, { urls: accepted.map(({ url }) => url), settleMs: 2_000 })
        expect(await page.title(), 'embedded').toBe('app')
        expect(ran, 'embedded').toEqual([])
        const open = async ({ name, url }: { name: string; url: string }, page: Page) => {
          await page.goto(`${host.origin}${url}`).catch((error) => {
            // What is to be saved is no page to go to.
            expect(String(error), name).toMatch(/Download is starting|ERR_ABORTED/)
          })
          expect(await page.title(), `${name}, opened`).not.toBe('ran')
        }
        const queue = [...accepted]
        const opened = Array.from({ length: 4 }, async () => {
          const page = await browser.newPage()
          for (let file = queue.shift(); file; file = queue.shift()) await open(file, page)
        })
        await Promise.all(opened)
        expect(ran, 'opened').toEqual([])
        // The trap itself works: the same in a page of the host's own would run.
        host.app.get('/trap', (_request, response) => response.type('html').end(String(files[0]?.bytes)))
        await page.evaluate(embed, { urls: ['/trap'], settleMs: 0 })
        await expect.poll(() => ran.length).toBeGreaterThan(0)
      } finally {
        await browser.close()
      }
    },
  )
})

/**
 * Runs in the page: puts each file into it in every way there is, and waits until each was taken or not, but for those that
 * never tell.
 */
async function embed({ urls, settleMs }: { urls: string[]; settleMs: number }) {
  // biome-ignore lint/suspicious/noExplicitAny: a browser's globals, of which the tests have no types
  const { document, Worker, navigator } = globalThis as any
  const settled: Promise<unknown>[] = []
  const settles = (target: { addEventListener(type: string, listener: () => void): void }) => {
    const ends = ['load', 'error', 'loadeddata'].map(
      (type) => new Promise<void>((resolve) => target.addEventListener(type, resolve)),
    )
    settled.push(Promise.race(ends))
  }
  for (const url of urls) {
    for (const way of ['img', 'iframe', 'embed', 'object', 'script', 'link', 'video']) {
      const element = document.createElement(way)
      if (way === 'link') {
        element.rel = 'stylesheet'
        element.href = url
      } else if (way === 'object') element.data = url
      else element.src = url
      settles(element)
      document.body.append(element)
    }
    try {
      settles(new Worker(url))
      settles(new Worker(url, { type: 'module' }))
      settled.push(navigator.serviceWorker?.register(url).catch(() => undefined))
    } catch {}
  }
  await Promise.race([Promise.all(settled), new Promise((resolve) => setTimeout(resolve, settleMs))])
}
