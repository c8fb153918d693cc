import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest'
import { type Demo, newPlace, type Place, startDemo, startsMs } from './demo.js'
import { linkInto, screenshots, type Visitor, visit } from './visitor.js'

const executablePath = inject('chromium')

/** One that hums, and that each page may use. */
const microphone = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

/** Left out where there is no Chromium; the beginning of the run's output says so, and REQUIRE_BROWSER=1 forbids it. */
export const describeInBrowser = describe.skipIf(!executablePath)

/** Reads again and again until it is as expected: pages change at their own time. */
export const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { interval: 25 })

/** For `stage`: React checks what the page does and mounts everything twice, which costs the browser twice as much. */
export const checkedByReact = { NODE_ENV: 'development' }

/** A demo, set as the environment says, and a browser for all tests of a `describe`. */
export interface Stage {
  demo: Demo
  place: Place
  /** Makes a group of Alice and Bob and gives its id: a test with a room of its own sees nobody else's messages. */
  room(name: string): Promise<string>
  /** Somebody opens a room; in `afterEach` they leave, and nothing may have gone wrong in their page. */
  enter(roomId: string, name: string, options?: BrowserContextOptions): Promise<Visitor>
  open(url: string, options?: BrowserContextOptions): Promise<Visitor>
  /** The same demo once more, after it ended. */
  restart(): Promise<void>
}

export function stage(env: Record<string, string> = {}): Stage {
  let browser: Browser
  let visitors: Visitor[] = []

  const start = () => startDemo(set.place, { RATE_FACTOR: '100', ...env })
  const set: Stage = {
    demo: {} as Demo,
    place: {} as Place,
    async room(name) {
      const room = { type: 'group', name, userIds: ['bob'] }
      return (await set.demo.alice.call('POST', '/chat/rooms', room)).body.id
    },
    async enter(roomId, name, options) {
      const { token } = await set.demo.signIn(name)
      const visitor = await set.open(linkInto(set.demo.origin, roomId, token), options)
      // Shown once the server has told of it.
      await visitor.page.locator('.heading').waitFor()
      await visitor.bar.waitFor({ state: 'hidden' })
      return visitor
    },
    async open(url, options) {
      const visitor = await visit(browser, url, options)
      visitors.push(visitor)
      return visitor
    },
    async restart() {
      set.demo = await start()
    },
  }

  beforeAll(async () => {
    set.place = await newPlace()
    await set.restart()
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...microphone] })
    console.log(`Pictures of the pages: ${screenshots}`)
  }, startsMs)
  afterAll(async () => {
    await browser?.close()
    await set.demo.end?.('SIGKILL')
    await set.place.remove?.()
  })
  afterEach(async () => {
    const troubles = visitors.flatMap((visitor) => visitor.troubles())
    await Promise.all(visitors.map(({ context }) => context.close()))
    visitors = []
    expect(troubles).toEqual([])
  })
  return set
}
