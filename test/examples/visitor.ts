import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'

/** Where pictures of the pages go, to be looked at; git ignores it. */
export const screenshots = fileURLToPath(new URL('../screenshots/', import.meta.url))

/** What a browser says by itself when a server is away, which is not the page's fault. */
export const lineIsCut = /^Failed to load resource: net::ERR_|^WebSocket connection to .* failed/

/** A phone as browsers see one: taps come as touch, pointer and mouse events, and nothing hovers. */
export const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }
export const desktop = { viewport: { width: 1280, height: 800 } }

/** Somebody in front of the demo's page, in a browser of their own. */
export interface Visitor {
  page: Page
  context: BrowserContext
  /** What was logged as an error or warning, thrown, or refused by the Content-Security-Policy, and is not excused. */
  troubles(): string[]
  /** A test that makes trouble says which. */
  excuse(trouble: RegExp): void
  /** Where one writes in the open room. */
  composer: Locator
  /** Writes into the open room. */
  write(text: string): Promise<void>
  /** The texts of people's messages in the open room, as they stand on the page. */
  texts(): Promise<string[]>
  message(text: string): Locator
  /** Chooses from the menu of a message. */
  choose(message: Locator, item: string): Promise<void>
  /** Touches something for a moment, as a finger does: the browser itself makes all the events of it. */
  tap(target: Locator): Promise<void>
  /** The row of a room in the list. */
  room(name: string): Locator
  /** The name above the open room. */
  heading(): Promise<string | null>
  /** The bar that tells of the connection: hidden while all is well. */
  bar: Locator
  shoot(name: string): Promise<void>
}

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  // Each frame of an animation is painted, by the CPU; a test of one asks for it.
  const usual = { viewport: { width: 1100, height: 720 }, reducedMotion: 'reduce' as const }
  const context = await browser.newContext({ ...usual, ...options })
  const page = await context.newPage()
  const troubles: string[] = []
  const composer = page.getByRole('textbox', { name: 'Message', exact: true })
  const excused: RegExp[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text())
  })
  page.on('pageerror', (error) => troubles.push(String(error)))
  await page.addInitScript(`addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    console.error('Content-Security-Policy', violatedDirective, blockedURI))`)
  await page.goto(url)
  return {
    page,
    context,
    troubles: () => troubles.filter((text) => !excused.some((pattern) => pattern.test(text))),
    excuse: (trouble) => void excused.push(trouble),
    composer,
    async write(text) {
      await composer.fill(text)
      await composer.press('Enter')
    },
    texts: () => page.locator('.message:not(.system) .message-text').allTextContents(),
    message: (text) =>
      page.locator('.message', { has: page.locator('.message-text').getByText(text, { exact: true }) }),
    async choose(message, item) {
      await message.hover()
      await message.getByRole('button', { name: 'More', exact: true }).click()
      await page.getByRole('menuitem', { name: item }).click()
    },
    async tap(target) {
      await target.scrollIntoViewIfNeeded()
      const box = await target.boundingBox()
      if (!box) throw new Error('what is tapped is not to be seen')
      const devtools = await context.newCDPSession(page)
      const [x, y] = [box.x + Math.min(box.width / 2, 30), box.y + box.height / 2]
      // In one go: a busy machine would make a long press of what `touchscreen.tap` sends.
      await Promise.all([
        devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] }),
        devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] }),
      ])
      await devtools.detach()
    },
    room: (name) => page.locator('.room-row', { has: page.locator('.room-row-name').getByText(name, { exact: true }) }),
    heading: () => page.locator('.heading-name').textContent(),
    bar: page.locator('.connection-bar'),
    async shoot(name) {
      mkdirSync(screenshots, { recursive: true })
      await page.screenshot({ path: join(screenshots, `${name}.png`) })
    },
  }
}

/** Where somebody reads who opens the room of this address with their own token. */
export const linkInto = (origin: string, roomId: string, token: string): string =>
  `${origin}/chat/${roomId}/?${new URLSearchParams({ token })}`

export const hasFocus = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === Reflect.get(globalThis, 'document').activeElement)
