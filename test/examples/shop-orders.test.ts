import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestSocket } from '../socket.js'
import { newShop, order, type ShopUser, signIn, signUp, type TestShop } from './shop.js'

let shop: TestShop
let flora: ShopUser
let ben: ShopUser

beforeAll(async () => {
  shop = await newShop({ mailAfter: 3600 })
  ;[flora, ben] = [await signIn(shop.origin, 'flora@example.com'), await signIn(shop.origin, 'ben@example.com')]
})
afterAll(() => shop?.remove())

const roomOf = async (user: ShopUser, orderId: number) =>
  (await user.call('GET', `/chat/rooms?key=order:${orderId}`)).body.items[0]
const creditOf = async (user: ShopUser) => (await user.call('GET', '/api/me')).body.credit

describe('an order of the shop', () => {
  it('opens a room for the buyer and the seller, with its card and the first message', async () => {
    const orderId = await order(ben, 'Blue bicycle', 'Is the bell loud?')
    const room = await roomOf(flora, orderId)
    expect(room).toMatchObject({
      key: `order:${orderId}`,
      name: 'Blue bicycle',
      data: { orderId, title: 'Blue bicycle', emoji: '🚲', price: 12_000, status: 'paid' },
      memberCount: 2,
      lastMessage: { text: 'Is the bell loud?', user: { id: ben.id, name: 'Ben' } },
      me: { unreadCount: 1 },
    })
    expect((await roomOf(ben, orderId)).me.unreadCount).toBe(0)
  })

  it('leaves nothing behind when it cannot be paid: no order, no room, no message, and the thing is still for sale', async () => {
    const before = await counts()
    const { body: listings } = await ben.call('GET', '/api/listings')
    const { id: listingId } = listings.find(({ title }: { title: string }) => title === 'Telescope')
    const answer = await ben.call('POST', '/api/orders', { listingId, note: 'I have to have it' })
    expect(answer).toMatchObject({ status: 402, body: { title: 'Your credit is not enough for this' } })
    expect(await counts()).toEqual(before)
    expect((await ben.call('GET', `/api/listings/${listingId}`)).body.soldAt).toBeNull()
  })

  it('is paid by the buyer to the seller', async () => {
    const [ofFlora, ofBen] = [await creditOf(flora), await creditOf(ben)]
    await order(ben, 'Monstera')
    expect([await creditOf(flora), await creditOf(ben)]).toEqual([ofFlora + 2500, ofBen - 2500])
  })

  it('is of one buyer, however many want the same at once', async () => {
    const carl = await signUp(shop.origin, 'Carl')
    const { body: listings } = await ben.call('GET', '/api/listings')
    const { id: listingId } = listings.find(({ title }: { title: string }) => title === 'Film camera')
    const both = [ben, carl].map((user) => user.call('POST', '/api/orders', { listingId, note: 'Mine' }))
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([201, 409])
  })

  it('changes its card for both at once when the buyer has received it', async () => {
    const orderId = await order(ben, 'Kitchen chair')
    const socket = await TestSocket.open(`${shop.origin.replace('http', 'ws')}/chat/ws`, ['chat.v1'], {
      ...{ cookie: flora.cookie, origin: shop.origin },
    })
    socket.send({ type: 'hello' })
    await socket.ready()
    expect((await flora.call('POST', `/api/orders/${orderId}/received`)).status).toBe(404)
    expect((await ben.call('POST', `/api/orders/${orderId}/received`)).status).toBe(204)
    expect(await socket.next('room.updated')).toMatchObject({ room: { data: { orderId, status: 'received' } } })
    expect(await socket.next('message.created')).toMatchObject({ message: { text: 'The buyer has received it' } })
    socket.terminate()
  })

  it('is nobody’s business but that of its two sides', async () => {
    const [dora, orderId] = [await signUp(shop.origin, 'Dora'), await order(ben, 'Guitar for travelling')]
    expect((await dora.call('GET', `/api/orders/${orderId}`)).status).toBe(404)
    expect(await roomOf(dora, orderId)).toBeUndefined()
    const { id: roomId } = await roomOf(ben, orderId)
    expect((await ben.call('POST', `/chat/rooms/${roomId}/members`, { userId: dora.id })).status).toBe(403)
    expect((await ben.call('DELETE', `/chat/rooms/${roomId}/members/me`)).status).toBe(403)
    const own = { type: 'private', userIds: [flora.id] }
    expect(await dora.call('POST', '/chat/rooms', own)).toMatchObject({
      status: 422,
      body: { detail: 'A conversation begins with an order' },
    })
  })
})

describe('the routes of the shop', () => {
  it.each(['/api/orders/none', '/api/orders/1e99', '/api/listings/none'])('answer GET %s with 400', async (path) => {
    expect((await ben.call('GET', path)).status).toBe(400)
  })

  it('let nobody who is not signed in order, sell or read mails, and nobody but the staff into the back office', async () => {
    const status = async (method: string, path: string) =>
      (
        await fetch(`${shop.origin}/api${path}`, {
          method,
          headers: { 'content-type': 'application/json' },
          body: method === 'GET' ? null : '{}',
        })
      ).status
    const asked = [
      ['POST', '/orders'],
      ['GET', '/orders/1'],
      ['POST', '/listings'],
      ['GET', '/mails'],
      ['DELETE', '/me'],
    ] as const
    for (const [method, path] of asked) expect([path, await status(method, path)]).toEqual([path, 401])
    expect((await ben.call('GET', '/api/back-office/people')).status).toBe(403)
    expect((await ben.call('PUT', `/api/back-office/people/${flora.id}/lock`)).status).toBe(403)
    expect((await ben.call('GET', '/api/nothing')).status).toBe(404)
  })

  it('make one account for an address', async () => {
    const account = { name: 'Ben', email: 'BEN@example.com', password: 'password' }
    expect(await ben.call('POST', '/api/accounts', account)).toMatchObject({
      status: 409,
      body: { title: 'Somebody has this address already' },
    })
  })
})

describe('a session of the shop', () => {
  it('is of whoever knows the password, and ends with signing out, sockets included', async () => {
    await expect(signIn(shop.origin, 'ben@example.com', 'guess')).rejects.toThrow('401')
    const again = await signIn(shop.origin, 'ben@example.com')
    const socket = await TestSocket.open(`${shop.origin.replace('http', 'ws')}/chat/ws`, ['chat.v1'], {
      ...{ cookie: again.cookie, origin: shop.origin },
    })
    socket.send({ type: 'hello' })
    expect(await socket.next('welcome')).toMatchObject({ user: { id: ben.id, name: 'Ben' } })
    await again.call('DELETE', '/api/session')
    expect(await socket.ended()).toMatchObject({ code: 4401 })
    expect((await again.call('GET', '/chat/users/me')).status).toBe(401)
    expect((await ben.call('GET', '/chat/users/me')).status).toBe(200)
  })

  it('is not found by what the database keeps of it', async () => {
    const [row] = await shop.prisma.session.findMany({ where: { userId: ben.id } })
    const headers = { cookie: `shop_session=${row?.id}` }
    expect(await (await fetch(`${shop.origin}/api/me`, { headers })).json()).toBeNull()
  })

  it('cannot be guessed by trying passwords one after the other', async () => {
    const tries = Array.from({ length: 12 }, () => signIn(shop.origin, 'sam@example.com', 'guess'))
    const ends = (await Promise.allSettled(tries)).map((end) => String((end as PromiseRejectedResult).reason))
    expect(ends.filter((end) => end.includes('429'))).toHaveLength(2)
  })
})

it('the shop goes on after a restart with who is signed in, what was bought and what was said', async () => {
  const { body: before } = await ben.call('GET', '/chat/rooms')
  await shop.restart()
  const { body: after } = await ben.call('GET', '/chat/rooms')
  const ofRooms = ({ items }: typeof before) => items.map(({ key, lastMessage }: never) => [key, lastMessage])
  expect(ofRooms(after)).toEqual(ofRooms(before))
  expect(before.items.length).toBeGreaterThan(1)
})

const counts = async () => {
  const { user, order, listing, chatRoom, chatMessage, chatRoomUser } = shop.prisma
  const sold = listing.count({ where: { soldAt: { not: null } } })
  const tables = [order.count(), sold, chatRoom.count(), chatMessage.count(), chatRoomUser.count()]
  return [...(await Promise.all(tables)), (await user.findUnique({ where: { id: ben.id } }))?.credit]
}
