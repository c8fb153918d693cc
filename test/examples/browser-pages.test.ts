import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import { phone, type Visitor } from './visitor.js'

/** Pixels by which the page is wider than its window. */
const overflow = ({ page }: Visitor) =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

describeInBrowser('the pages of the demo', { timeout: startsMs }, () => {
  const people = stage()

  async function signIn({ page }: Visitor, name: string, password: string): Promise<void> {
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  it('let anyone in by the sign-in page, who then finds the public room and joins it', async () => {
    const erin = await people.open(people.demo.origin)
    await erin.shoot('sign-in')
    await signIn(erin, 'Erin', 'demo')
    await erin.page.getByRole('button', { name: 'My profile' }).getByText('Erin').waitFor()
    await erin.bar.waitFor({ state: 'hidden' })
    await erin.page.getByText('You’re not in any rooms yet').waitFor()
    await erin.page.getByRole('button', { name: 'Discover public rooms' }).click()
    await erin.page.getByRole('button', { name: 'Join Welcome' }).click()
    await erin.write('Hello everybody')
    await erin.message('Hello everybody').waitFor()
    await eventually(() => erin.page.locator('.message.sending').count()).toBe(0)
    const { body } = await people.demo.bob.call('GET', `/chat/rooms/${people.demo.roomId}/messages`)
    expect(body.items.at(-1)).toMatchObject({ text: 'Hello everybody', user: { name: 'Erin' } })
  })

  it('ask for sign-in where there is no token, and come back to the room', async () => {
    const alice = await people.open(`${people.demo.origin}/chat/${people.demo.roomId}/`)
    await signIn(alice, 'Alice', 'demo')
    await eventually(alice.heading).toBe('Welcome')
    expect(new URL(alice.page.url()).pathname).toBe(`/chat/${people.demo.roomId}/`)
  })

  it('show a room to an admin, who made it there', async () => {
    const admin = await people.open(`${people.demo.origin}/admin`)
    await signIn(admin, 'Operator', 'demo')
    await admin.page.getByRole('heading', { name: 'New room' }).waitFor()
    await admin.page.getByLabel('Name').fill('Announcements')
    await admin.page.getByLabel('Type').selectOption('channel')
    await admin.page.getByLabel('People').fill('alice, bob')
    await admin.page.getByRole('button', { name: 'Create room' }).click()
    const row = admin.page.locator('tbody tr', { hasText: 'Announcements' })
    await row.getByRole('link').waitFor()
    expect(await row.locator('td').allTextContents()).toEqual(['Channel', 'no', '3', '1', 'Today', 'Open'])
    await admin.shoot('admin')
    await row.getByRole('link').click()
    await eventually(admin.heading).toBe('Announcements')
    await admin.write('Read this')
    const bob = await people.open(people.demo.links.bob)
    await bob.room('Announcements').click()
    await bob.message('Read this').waitFor()
    await bob.page.getByText('Only admins can post in this channel').waitFor()
    expect(await bob.composer.isVisible()).toBe(false)
    await bob.shoot('channel')
  })

  it('fit a phone: the list, and from there a room and back', async () => {
    const roomId = await people.room('A room with a name too long for any phone that was ever held upright')
    const sent = { text: `Long: ${'w'.repeat(300)}` }
    await people.demo.alice.call('POST', `/chat/rooms/${roomId}/messages`, sent)
    const { token } = await people.demo.signIn('Bob')
    const bob = await people.open(`${people.demo.origin}/chat/?token=${token}`, phone)
    await bob.room('Welcome').waitFor()
    expect(await bob.page.locator('.conversation').isVisible()).toBe(false)
    expect(await overflow(bob)).toBe(0)
    await bob.shoot('phone-list')

    await bob.page.locator('.room-row').first().tap()
    await bob.message(sent.text).waitFor()
    await bob.write('Read on the train')
    await bob.message('Read on the train').waitFor()
    expect(await bob.page.locator('.sidebar').isVisible()).toBe(false)
    expect(await overflow(bob)).toBe(0)
    await bob.shoot('phone-room')
    await bob.page.getByRole('button', { name: 'All rooms' }).tap()
    await bob.room('Welcome').waitFor()
    await bob.page.goBack()
    await bob.message('Read on the train').waitFor()
  })

  it('say so when a room is not there', async () => {
    const { token } = await people.demo.signIn('Alice')
    const alice = await people.open(`${people.demo.origin}/chat/nowhere/?token=${token}`)
    alice.excuse(/^Failed to load resource: .* 404/)
    await alice.page.getByText('This room doesn’t exist').waitFor()
    await alice.room('Welcome').click()
    await eventually(alice.heading).toBe('Welcome')
  })

  it('show two people side by side to who tries it alone', async () => {
    const visitor = await people.open(`${people.demo.origin}/side-by-side`)
    const frameOf = (name: string) => visitor.page.frameLocator(`iframe[title="The chat of ${name}"]`)
    await frameOf('Alice').getByRole('textbox', { name: 'Message', exact: true }).fill('Hello from the left')
    // By no key: each page takes the focus once its room is there, and Enter could go to the other one.
    await frameOf('Alice').getByRole('button', { name: 'Send', exact: true }).click()
    await frameOf('Bob').locator('.message-text').getByText('Hello from the left').waitFor()
    await visitor.shoot('side-by-side')
  })
})
