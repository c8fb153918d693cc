import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { order } from './shop.js'
import { shopStage } from './shop-stage.js'
import { describeInBrowser } from './stage.js'
import { violations } from './violations.js'
import { desktop, phone, type Visitor } from './visitor.js'

describeInBrowser('the views of the shop', { timeout: startsMs }, () => {
  const people = shopStage({ mailAfter: 3600 })

  /** Nothing sticks out to the side. */
  const overhang = ({ page }: Visitor) =>
    page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

  it.each([
    ['desktop', 'light', desktop],
    ['phone', 'dark', phone],
  ] as const)('are accessible and fit on a %s, %s', async (device, colorScheme, size) => {
    const options = { ...size, colorScheme }
    const [flora, ben] = [await people.known('Flora'), await people.known('Ben')]
    const orderId = await order(
      ben,
      device === 'phone' ? 'Monstera' : 'Film camera',
      'Does it still work? I have a place by the window.',
    )
    const visitor = await people.open('/', undefined, options)
    await visitor.page.getByRole('button', { name: 'I am new here' }).click()
    const views: [path: string, ready: string][] = [
      ['/', 'Blue bicycle'],
      ['/listings/6', 'Blue bicycle'],
      ['/sell', 'Sell something'],
      ['/messages', 'Messages'],
      [`/orders/${orderId}`, 'Does it still work? I have a place by the window.'],
      ['/mails', 'No mail was sent to you'],
      ['/account', 'Delete my account'],
      ['/nothing', 'There is no such page in the shop.'],
    ]
    const check = async (shown: Visitor, name: string) => {
      await shown.shoot(`shop-view${name.replaceAll('/', '-')}-${device}-${colorScheme}`)
      expect([name, await violations(shown), await overhang(shown)]).toEqual([name, [], 0])
    }
    await check(visitor, '/sign-up')
    const seller = await people.open('/', flora, options)
    for (const [path, ready] of views) {
      await seller.page.goto(people.shop.origin + path)
      await seller.page.getByText(ready).first().waitFor()
      await check(seller, path.replace(`${orderId}`, 'one'))
    }
    const staff = await people.open('/back-office', await people.known('Sam'), options)
    await staff.page.getByText('ben@example.com').waitFor()
    await check(staff, '/back-office')
  })
})
