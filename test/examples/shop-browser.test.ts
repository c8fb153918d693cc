import sharp from 'sharp'
import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { order, signIn } from './shop.js'
import { shopStage } from './shop-stage.js'
import { describeInBrowser, eventually } from './stage.js'
import { lineIsCut, type Visitor } from './visitor.js'

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

  it('two people send pictures and files, and the card changes for both when the buyer has received it', async () => {
    const [seller, buyer] = [await people.known('Flora'), await people.known('Ben')]
    const path = `/orders/${await order(buyer, 'Kitchen chair')}`
    const [flora, ben] = [await people.open(path, seller), await people.open(path, buyer)]
    const red = { width: 640, height: 480, channels: 3 as const, background: '#a83c12' }
    const picture = await sharp({ create: red }).png().toBuffer()
    await flora.page.getByLabel('Files to send').setInputFiles([
      { name: 'chair.png', mimeType: 'image/png', buffer: picture },
      { name: 'way.txt', mimeType: 'text/plain', buffer: Buffer.from('The third door') },
    ])
    await flora.page.getByRole('button', { name: 'Remove way.txt' }).waitFor()
    await flora.write('This is the chair, and the way to it')
    await ben.page.getByRole('img', { name: 'chair.png' }).waitFor()
    await ben.page.getByRole('link', { name: 'way.txt' }).waitFor()
    await eventually(() => flora.page.getByRole('button', { name: /^Remove/ }).count()).toBe(0)
    await ben.shoot('shop-files')

    await flora.page.getByRole('complementary').getByText('paid').waitFor()
    await ben.page.getByRole('button', { name: 'I have received it' }).click()
    for (const { page } of [flora, ben]) {
      await page.getByRole('complementary').getByText('received', { exact: true }).waitFor()
      await page.getByText('The buyer has received it').waitFor()
    }
    await ben.page.getByRole('button', { name: 'I have received it' }).waitFor({ state: 'detached' })
  })

  it('what is written while the shop is away waits, and is sent once it is back', async () => {
    const [seller, buyer] = [await people.known('Flora'), await people.known('Ben')]
    const path = `/orders/${await order(buyer, 'Monstera')}`
    const [flora, ben] = [await people.open(path, seller), await people.open(path, buyer)]
    for (const visitor of [flora, ben]) visitor.excuse(lineIsCut)
    await ben.page.getByText('is here').waitFor()
    await people.shop.restart(async () => {
      await ben.page.getByText('The connection is lost.').waitFor()
      await ben.write('Are you back?')
      await ben.message('Are you back?').getByText('sending').waitFor()
    })
    await flora.message('Are you back?').waitFor()
    await ben.message('Are you back?').getByText('✓✓ read').waitFor()
  })

  it('somebody joins, and sells something of their own', async () => {
    const dora = await people.open('/')
    await dora.page.getByRole('button', { name: 'I am new here' }).click()
    await dora.page.getByLabel('Name').fill('Dora')
    await dora.page.getByLabel('E-mail').fill('dora@example.com')
    await dora.page.getByLabel('Password').fill('short')
    dora.excuse(/400/)
    await dora.page.getByRole('button', { name: 'Make an account' }).click()
    await dora.page.getByRole('alert').getByText('A password has 8 characters or more').waitFor()
    await dora.page.getByLabel('Password').fill('long enough')
    await dora.page.getByRole('button', { name: 'Make an account' }).click()
    await dora.page.getByRole('link', { name: 'Sell' }).click()
    await dora.page.getByLabel('What is it?').fill('A tent')
    await dora.page.getByLabel('What should one know of it?').fill('For two')
    await dora.page.getByLabel('Picture').selectOption('⛺')
    await dora.page.getByLabel('Price in euros').fill('45.50')
    await dora.page.getByRole('button', { name: 'Put it into the shop' }).click()
    await dora.page.getByText('€45.50').waitFor()
    expect(await order(await people.known('Ben'), 'A tent')).toBeGreaterThan(0)
    await dora.page.getByRole('navigation').locator('.badge').waitFor()
    await dora.page.getByRole('link', { name: 'Dora' }).click()
    await dora.page.getByRole('button', { name: 'Sign out' }).click()
    await dora.page.getByRole('heading', { name: 'Good to see you' }).waitFor()
    dora.excuse(/401/)
  })

  it('whoever signs out in one browser goes on in another one', async () => {
    const seller = await people.stranger('Emma')
    await seller.call('POST', '/api/listings', { title: 'A lamp', description: 'Green', emoji: '💡', price: 900 })
    const elsewhere = await signIn(people.shop.origin, 'emma@example.com', 'password')
    const [here, there] = [await people.open('/account', seller), await people.open('/', elsewhere)]
    for (const visitor of [here, there]) visitor.excuse(/401/)
    await here.page.getByRole('button', { name: 'Sign out' }).click()
    await here.page.getByRole('heading', { name: 'Good to see you' }).waitFor()
    await order(await people.known('Ben'), 'A lamp')
    await eventually(() => badge(there).textContent()).toBe('1 unread')
  })
})
