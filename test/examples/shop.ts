import { openShop } from '../../examples/shop/shop.js'
import type { Answer } from '../host.js'
import { freePort, temporaryFolder } from './process.js'

/** A shop that runs in this process. */
export interface TestShop extends Awaited<ReturnType<typeof openShop>> {
  /** `http://localhost:port` */
  origin: string
  /** Its folder, with the database and the files. */
  data: string
  /** Closes the shop, and opens the same one once more; `meanwhile` is while nobody answers. */
  restart(meanwhile?: () => Promise<void>): Promise<void>
  /** Ends it, and removes all that it has kept. */
  remove(): Promise<void>
}

interface ShopOptions {
  page?: string
  mailAfter?: number
  smtpUrl?: string
}

/** Opens a new shop; `page` is a folder with the bundled page, which a test without a browser does without. */
export async function newShop({ page = 'test', mailAfter = 0, smtpUrl }: ShopOptions = {}): Promise<TestShop> {
  const [folder, port] = await Promise.all([temporaryFolder(), freePort()])
  const origin = `http://localhost:${port}`
  const secret = 'a secret for tests, of more than 32 characters'
  const settings = { port, siteUrl: origin, data: folder.path, secret, mailAfter, smtpUrl, page }
  const shop: TestShop = {
    ...(await openShop(settings)),
    origin,
    data: folder.path,
    async restart(meanwhile) {
      await shop.close()
      await meanwhile?.()
      Object.assign(shop, await openShop(settings))
    },
    async remove() {
      await shop.close()
      await folder.remove()
    },
  }
  return shop
}

/** Somebody who is signed in to the shop, and what they call there: of the shop below `/api`, of the chat below `/chat`. */
export interface ShopUser {
  id: string
  cookie: string
  call(method: string, path: string, body?: unknown): Promise<Answer>
}

/** Signs somebody in of whom the shop knows from the start, whose password is `shop`, or who was signed up with it. */
export const signIn = (origin: string, email: string, password = 'shop'): Promise<ShopUser> =>
  enter(origin, '/api/session', { email, password })

/** Makes an account for somebody, with whom the test can do what it likes. */
export const signUp = (origin: string, name: string): Promise<ShopUser> =>
  enter(origin, '/api/accounts', { name, email: `${name.toLowerCase()}@example.com`, password: 'password' })

async function enter(origin: string, path: string, body: object): Promise<ShopUser> {
  const { headers, status } = await call(origin, '', 'POST', path, body)
  if (status !== 201) throw new Error(`${path} was answered with ${status}`)
  const cookie = headers.get('set-cookie')?.split(';', 1)[0] ?? ''
  const asUser: ShopUser['call'] = (...request) => call(origin, cookie, ...request)
  return { id: (await asUser('GET', '/api/me')).body.id, cookie, call: asUser }
}

async function call(origin: string, cookie: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(origin + path, {
    method,
    headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers }
}

/** Somebody buys what is called so, and writes this to the seller. */
export async function order(buyer: ShopUser, title: string, note = 'When can I fetch it?'): Promise<number> {
  const { body: listings } = await buyer.call('GET', '/api/listings')
  const listingId = listings.find((listing: { title: string }) => listing.title === title).id
  const { status, body } = await buyer.call('POST', '/api/orders', { listingId, note })
  if (status !== 201) throw new Error(`The order was answered with ${status}: ${body.title}`)
  return body.id
}
