import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { shopStage } from './shop-stage.js'
import { describeInBrowser, eventually } from './stage.js'
import type { Visitor } from './visitor.js'

const badge = ({ page }: Visitor) => page.getByRole('navigation').locator('.badge')

describeInBrowser('in the shop', { timeout: startsMs }, () => {
  const people = shopStage({ mailAfter: 3600 })

  it('somebody signs in, buys, and talks with the seller, whose badge counts what they have not read', async () => {
    const flora = await people.open('/', await people.known('Flora'))
    const ben = await people.open('/')
    await ben.shoot('shop-sign-in')
    await ben.page.getByLabel('E-mail').fill('ben@example.com')
    await ben.page.getByLabel('Password').fill('shop')
    await ben.page.getByRole('button', { name: 'Sign in' }).click()
    await ben.page.getByRole('link', { name: 'Blue bicycle' }).waitFor()
    await ben.shoot('shop-listings')
    await ben.page.getByRole('link', { name: 'Blue bicycle' }).click()
    await ben.page.getByLabel('A word to Flora').fill('Does it squeak?')
    await ben.shoot('shop-listing')
    await ben.page.getByRole('button', { name: /^Buy for/ }).click()
    await ben.message('Does it squeak?').waitFor()
    expect(new URL(ben.page.url()).pathname).toMatch(/^\/orders\/\d+$/)
    await ben.page.getByRole('heading', { name: 'Blue bicycle' }).waitFor()

    await eventually(() => badge(flora).textContent()).toBe('1 unread')
    await flora.page.getByRole('link', { name: /^Messages/ }).click()
    await flora.page.getByRole('listitem').filter({ hasText: 'Ben: Does it squeak?' }).waitFor()
    await flora.shoot('shop-messages')
    await flora.page.getByRole('link', { name: 'Blue bicycle' }).click()
    await flora.message('Does it squeak?').waitFor()
    await badge(flora).waitFor({ state: 'detached' })
    await ben.message('Does it squeak?').getByText('✓✓ read').waitFor()

    await flora.composer.pressSequentially('Only in the rain')
    await ben.page.getByText('Flora is typing …').waitFor()
    await flora.composer.press('Enter')
    await ben.message('Only in the rain').waitFor()
    await ben.write('I will oil it')
    await flora.message('I will oil it').waitFor()
    await flora.shoot('shop-order')
    expect(await flora.texts()).toEqual(['Does it squeak?', 'Only in the rain', 'I will oil it'])
  })

  it('who has not enough credit is told so, and nothing is bought', async () => {
    const ben = await people.open('/', await people.known('Ben'))
    ben.excuse(/402/)
    await ben.page.getByRole('link', { name: 'Telescope' }).click()
    await ben.page.getByRole('button', { name: /^Buy for/ }).click()
    await ben.page.getByRole('alert').getByText('Your credit is not enough for this').waitFor()
    await ben.page.goto(people.shop.origin)
    await ben.page.getByRole('link', { name: 'Telescope' }).waitFor()
  })
})
