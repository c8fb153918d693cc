import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import { startsMs } from './demo.js'
import { type Folder, temporaryFolder } from './process.js'
import { newShop, type ShopUser, signIn, signUp, type TestShop } from './shop.js'
import { screenshots, type Visitor, visit } from './visitor.js'

/** A shop, and a browser for all tests of a `describe`. */
export interface ShopStage {
  shop: TestShop
  /** Signs somebody in, once for all tests. */
  known(name: 'Flora' | 'Ben' | 'Sam'): Promise<ShopUser>
  /** Makes an account. */
  stranger(name: string): Promise<ShopUser>
  /** Somebody opens a page of the shop in a browser of their own; nothing may go wrong there until the test ends. */
  open(path: string, user?: ShopUser, options?: BrowserContextOptions): Promise<Visitor>
}

export function shopStage(options: { mailAfter?: number } = {}): ShopStage {
  let browser: Browser
  let page: Folder
  let visitors: Visitor[] = []
  const users = new Map<string, Promise<ShopUser>>()

  const set: ShopStage = {
    shop: {} as TestShop,
    known(name) {
      const user = users.get(name) ?? signIn(set.shop.origin, `${name.toLowerCase()}@example.com`)
      users.set(name, user)
      return user
    },
    stranger: (name) => signUp(set.shop.origin, name),
    async open(path, user, more = {}) {
      const [name = '', value = ''] = user?.cookie.split('=') ?? []
      const about = {
        domain: 'localhost',
        path: '/',
        expires: -1,
        httpOnly: true,
        secure: false,
        sameSite: 'Lax' as const,
      }
      const cookies = user ? [{ name, value, ...about }] : []
      const visitor = await visit(browser, set.shop.origin + path, { storageState: { cookies, origins: [] }, ...more })
      visitors.push(visitor)
      return visitor
    },
  }

  beforeAll(async () => {
    page = await temporaryFolder()
    await bundle(page.path)
    set.shop = await newShop({ page: page.path, ...options })
    browser = await chromium.launch({ executablePath: inject('chromium'), args: ['--no-sandbox'] })
    console.log(`Pictures of the pages: ${screenshots}`)
  }, startsMs)
  afterAll(async () => {
    await browser?.close()
    await set.shop.remove?.()
    await page?.remove()
  })
  afterEach(async () => {
    const troubles = visitors.flatMap((visitor) => visitor.troubles())
    await Promise.all(visitors.map(({ context }) => context.close()))
    visitors = []
    expect(troubles).toEqual([])
  })
  return set
}

/** As a shop of one's own does it before it goes live. */
async function bundle(folder: string) {
  const build = [
    'node_modules/vite/bin/vite.js',
    'build',
    'examples/shop/page',
    '--outDir',
    folder,
    '--logLevel',
    'warn',
  ]
  await promisify(execFile)(process.execPath, build, { env: { ...process.env, NODE_ENV: 'production' } })
}
