import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import { phone, type Visitor } from './visitor.js'

describeInBrowser('cards on the page of the demo', { timeout: startsMs }, () => {
  const people = stage()

  const order = async (): Promise<string> =>
    (await people.demo.alice.call('GET', '/chat/rooms?key=order%3A17')).body.items[0].id
  const share = async ({ page }: Visitor) => {
    await page.getByRole('button', { name: 'Share your location', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Share', exact: true }).click()
  }

  it('show an order, said by the shop, which is quoted by its name', async () => {
    const alice = await people.enter(await order(), 'Alice')
    const { page } = alice
    const card = page.locator('.card', { hasText: 'Order 17' })
    await card.waitFor()
    expect(await card.getByRole('listitem').allTextContents()).toEqual(['Espresso cups× 4', 'Hand grinder× 1'])
    const message = page.locator('.message', { has: card })
    expect(await message.locator('.author').textContent()).toBe('Shop')
    const picture = message.locator('.avatar img')
    await eventually(() => picture.evaluate((img) => Reflect.get(img, 'naturalWidth') > 0)).toBe(true)
    await message.hover()
    await message.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Reply', exact: true }).waitFor()
    expect(await page.getByRole('menuitem', { name: 'Edit' }).count()).toBe(0)
    await page.getByRole('menuitem', { name: 'Reply', exact: true }).click()
    await page.getByText('Reply to Shop').waitFor()
    await alice.write('Thank you!')
    await eventually(() => alice.message('Thank you!').locator('.quote b').textContent()).toBe('Shop')
    await alice.shoot('order-card')
  })

  it('show where somebody is, once they have said so, with a link to a map', async () => {
    const roomId = await people.room('Meeting')
    const geolocation = { latitude: 54.3213456, longitude: 10.1345678 }
    const alice = await people.enter(roomId, 'Alice', { geolocation, permissions: ['geolocation'] })
    const bob = await people.enter(roomId, 'Bob')
    const { page } = alice
    await page.getByRole('button', { name: 'Share your location', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel', exact: true }).click()
    expect(await page.locator('.card').count()).toBe(0)
    await share(alice)
    const link = bob.page.locator('a.card')
    await link.waitFor()
    expect(await link.getAttribute('href')).toBe(
      'https://www.openstreetmap.org/?mlat=54.32135&mlon=10.13457#map=16/54.32135/10.13457',
    )
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer')
    await eventually(() => bob.room('Meeting').locator('.room-row-last').textContent()).toBe(
      'Alice: Location: My location',
    )
    await bob.shoot('location-card')
    const onPhone = await people.enter(roomId, 'Bob', phone)
    await onPhone.page.locator('a.card').waitFor()
    await onPhone.shoot('location-card-phone')
  })

  it('say what to do where the browser keeps its location to itself', async () => {
    const alice = await people.enter(await people.room('Nowhere'), 'Alice', { permissions: [] })
    await share(alice)
    await alice.page.getByText('Your browser keeps your location to itself.').waitFor()
    expect(await alice.page.locator('.card').count()).toBe(0)
    await eventually(() => alice.page.getByRole('button', { name: 'Share your location' }).isEnabled()).toBe(true)
  })

  it('of an order come from the shop alone', async () => {
    const data = { type: 'order', number: 1, status: 'paid', items: [], total: '€ 0' }
    const answer = await people.demo.alice.call('POST', `/chat/rooms/${await order()}/messages`, { data })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/data/type' }] } })
  })
})
