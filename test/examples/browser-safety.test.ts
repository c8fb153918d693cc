import type { Locator } from 'playwright-core'
import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import { hasFocus, lineIsCut, linkInto, phone, type Visitor } from './visitor.js'

describeInBrowser('who keeps others off on the page of the demo', { timeout: startsMs }, () => {
  const people = stage()

  async function aboutBob({ page }: Visitor) {
    await page.locator('.heading').click()
    const panel = page.getByRole('region', { name: 'About this room' })
    await panel.getByRole('button', { name: 'More about Bob' }).click()
  }
  const item = ({ page }: Visitor, name: string) => page.getByRole('menuitem', { name, exact: true })
  const answer = ({ page }: Visitor, action: string) =>
    page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click()
  /** A private room of Alice and Bob. */
  const chat = async () =>
    (await people.demo.alice.call('POST', '/chat/rooms', { type: 'private', userIds: ['bob'] })).body.id

  it('blocks somebody in the list of members, sees nothing of theirs but by asking, and unblocks them', async () => {
    const roomId = await people.room('Blocked')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await bob.write('Before')
    await alice.message('Before').waitFor()
    await aboutBob(alice)
    await item(alice, 'Block').click()
    await answer(alice, 'Block')
    await alice.page.locator('.person', { hasText: 'Bob' }).getByText('Blocked', { exact: true }).waitFor()
    await alice.message('Before').waitFor({ state: 'detached' })
    await bob.write('After')
    await bob.message('After').waitFor()
    await eventually(() => alice.page.getByText('Message from somebody you blocked').count()).toBe(2)
    await eventually(() => alice.room('Blocked').locator('.room-row-last').textContent()).toBe(
      'Somebody you blocked wrote',
    )
    await alice.shoot('blocked-group')
    await alice.page.getByRole('button', { name: 'Show', exact: true }).last().click()
    await alice.message('After').waitFor()
    expect(await alice.page.getByText('Message from somebody you blocked').count()).toBe(1)
    await alice.page.getByRole('button', { name: 'More about Bob' }).click()
    await item(alice, 'Unblock').click()
    await alice.message('Before').waitFor()
  })

  it('shows who is silenced until that is over, and lets what went wrong in a dialog be dismissed there', async () => {
    const roomId = await people.room('Quiet')
    const alice = await people.enter(roomId, 'Alice')
    const { page } = alice
    alice.excuse(lineIsCut)
    await page.clock.install()
    await page.locator('.heading').click()
    const tag = page.locator('.person', { hasText: 'Bob' }).getByText('Silenced', { exact: true })
    await page.getByRole('button', { name: 'More about Bob' }).click()
    await item(alice, 'Silence').click()
    await page.route('**/members/bob', (route) => route.abort())
    await answer(alice, 'For 10 minutes')
    const dialog = page.getByRole('dialog', { name: 'Silence Bob' })
    const said = page.getByText('The server can’t be reached')
    await said.waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await said.waitFor({ state: 'detached' })
    expect(await dialog.isVisible()).toBe(true)
    await page.unroute('**/members/bob')
    await answer(alice, 'For 10 minutes')
    await tag.waitFor()
    await page.clock.fastForward('10:01')
    await tag.waitFor({ state: 'detached' })
  })

  it('ends a private chat for both, and tells only the one who did', async () => {
    const roomId = await chat()
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await bob.composer.waitFor()
    await alice.page.locator('.heading').click()
    await alice.page.getByRole('button', { name: 'Block Bob' }).click()
    await answer(alice, 'Block')
    await alice.page.getByText('You blocked Bob.').waitFor()
    await bob.page.getByText('You can’t write in this chat.').waitFor()
    expect(await bob.composer.isVisible()).toBe(false)
    await Promise.all([alice.shoot('blocked-chat'), bob.shoot('blocked-chat-other')])
    await alice.page.locator('.read-only').getByRole('button', { name: 'Unblock' }).click()
    await Promise.all([alice.composer.waitFor(), bob.composer.waitFor()])
    await bob.write('Here again')
    await alice.message('Here again').waitFor()
  })

  it('finds in their profile whom they block, once that can be read, by keys and on a phone', async () => {
    const roomId = await people.room('Profile')
    await people.demo.alice.call('PUT', '/chat/users/me/blocks/bob')
    const alice = await people.open('about:blank', phone)
    const { page } = alice
    alice.excuse(lineIsCut)
    await page.route('**/users/me/blocks?*', (route) => route.abort())
    const { token } = await people.demo.signIn('Alice')
    await page.goto(linkInto(people.demo.origin, roomId, token))
    await page
      .getByRole('button', { name: 'Rooms' })
      .or(page.getByRole('link', { name: 'Rooms' }))
      .first()
      .click()
    await page.getByRole('button', { name: /profile/i }).click()
    await page.getByRole('button', { name: 'Blocked people' }).click()
    const dialog = page.getByRole('dialog', { name: 'Blocked people' })
    await dialog.getByText('The server can’t be reached').waitFor()
    await alice.shoot('blocked-people-failed')
    await page.unroute('**/users/me/blocks?*')
    await dialog.getByRole('button', { name: 'Try again' }).click()
    const unblock = dialog.getByRole('button', { name: 'Unblock Bob' })
    await unblock.waitFor()
    await alice.shoot('blocked-people')
    await unblock.press('Enter')
    await dialog.getByText('You haven’t blocked anybody.').waitFor()
    await eventually(() => hasFocus(dialog.getByRole('list'))).toBe(true)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect((await people.demo.alice.call('GET', '/chat/users/me/blocks')).body.items).toEqual([])
  })

  it('silences somebody for a while, who is told until when, and lets them write again', async () => {
    const roomId = await people.room('Quiet')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await bob.composer.waitFor()
    await aboutBob(alice)
    await item(alice, 'Silence').click()
    // Back to where it was asked from, and no further.
    const more = alice.page.getByRole('button', { name: 'More about Bob' })
    await alice.page.getByRole('dialog', { name: 'Silence Bob' }).press('Escape')
    await eventually(() => hasFocus(more)).toBe(true)
    await more.press('Enter')
    await item(alice, 'Silence').press('Enter')
    await alice.page.getByRole('button', { name: 'For an hour' }).press('Enter')
    await bob.page.getByText(/^You can read here, and write again after/).waitFor()
    expect(await bob.composer.isVisible()).toBe(false)
    await alice.page.locator('.person', { hasText: 'Bob' }).getByText('Silenced', { exact: true }).waitFor()
    await Promise.all([alice.shoot('silenced-by'), bob.shoot('silenced')])
    await alice.page.getByRole('button', { name: 'More about Bob' }).click()
    await item(alice, 'Silence').click()
    await alice.page.getByRole('button', { name: 'Let them write again' }).click()
    await bob.composer.waitFor()
  })

  it('bans somebody with a reason, and lifts the ban', async () => {
    const roomId = await people.room('Banning')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await aboutBob(alice)
    await item(alice, 'Ban').click()
    const asked = alice.page.getByRole('dialog', { name: 'Ban Bob' })
    await eventually(() => hasFocus(asked.getByLabel('Reason'))).toBe(true)
    await alice.page.keyboard.type('Spam')
    await alice.page.keyboard.press('Enter')
    await bob.room('Banning').waitFor({ state: 'detached' })
    await eventually(() => hasFocus(alice.page.getByRole('list', { name: 'People in this room' }))).toBe(true)
    await alice.page.getByRole('button', { name: 'Banned people' }).click()
    const banned = alice.page.getByRole('dialog', { name: 'Banned people' })
    await banned.getByText('Spam').waitFor()
    await alice.shoot('banned')
    await banned.getByRole('button', { name: 'Lift the ban of Bob' }).click()
    await banned.getByText('Nobody is banned from this room.').waitFor()
    expect((await people.demo.alice.call('GET', `/chat/rooms/${roomId}/bans`)).body.items).toEqual([])
  })

  it('reads names of any length on a phone', async () => {
    const name = 'Maximiliana Wolfeschlegelsteinhausenbergerdorff'
    const roomId = await people.room('Long')
    const { client } = await people.demo.signIn(name)
    await people.demo.alice.call('POST', `/chat/rooms/${roomId}/members`, { userId: name.toLowerCase() })
    const { body } = await client.call('POST', `/chat/rooms/${roomId}/messages`, { text: 'Buy watches' })
    await people.demo.bob.call('POST', `/chat/rooms/${roomId}/messages/${body.id}/reports`, { reason: 'spam' })
    const alice = await people.enter(roomId, 'Alice', phone)
    const isInside = async (dialog: Locator, part: Locator) => {
      const [around, box] = await Promise.all([dialog.boundingBox(), part.boundingBox()])
      return around && box && box.x >= around.x && box.x + box.width <= around.x + around.width
    }
    await alice.page.locator('.heading').click()
    await alice.page.getByRole('button', { name: `More about ${name}` }).click()
    await item(alice, 'Ban').click()
    const ban = alice.page.getByRole('dialog', { name: `Ban ${name}` })
    expect(await isInside(ban, ban.getByRole('heading', { name }))).toBe(true)
    await ban.getByRole('button', { name: 'Cancel' }).click()
    await alice.page.getByRole('button', { name: 'Close about this room' }).click()
    await alice.page
      .getByRole('button', { name: 'Rooms' })
      .or(alice.page.getByRole('link', { name: 'Rooms' }))
      .first()
      .click()
    await alice.page.getByRole('button', { name: /profile/i }).click()
    await alice.page.getByRole('button', { name: 'Moderation' }).click()
    const moderation = alice.page.getByRole('dialog', { name: 'Moderation' })
    await moderation.getByText('Buy watches').first().waitFor()
    await alice.shoot('long-names')
    expect(await isInside(moderation, moderation.locator('.report b').getByText(name))).toBe(true)
  })

  it('slows a room down, and counts for who writes there', async () => {
    const roomId = await people.room('Slow')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await alice.page.locator('.heading').click()
    await alice.page.getByRole('button', { name: 'Edit room' }).click()
    await alice.page.getByLabel('Slow mode').selectOption('A minute')
    await alice.page.getByRole('button', { name: 'Save' }).click()
    await eventually(
      async () => (await people.demo.bob.call('GET', `/chat/rooms/${roomId}`)).body.slowModeSeconds,
    ).toBe(60)
    await bob.write('Once')
    await alice.message('Once').waitFor()
    await bob.composer.fill('Twice')
    await bob.page.getByText(/^Slow mode: you can write again in \d+ s\.$/).waitFor()
    expect(await bob.page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
    await bob.shoot('slow-mode')
  })
})
