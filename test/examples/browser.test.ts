import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'

describeInBrowser('two people with the page of the demo', { timeout: startsMs }, () => {
  const people = stage()

  it('talk live', async () => {
    const roomId = await people.room('Talk')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await alice.write('Hello Bob')
    await bob.message('Hello Bob').waitFor()
    await bob.write('<b>Hello</b> Alice 👋')
    await alice.message('<b>Hello</b> Alice 👋').waitFor()
    expect(await alice.texts()).toEqual(['Hello Bob', '<b>Hello</b> Alice 👋'])
    await eventually(() => bob.texts()).toEqual(await alice.texts())
    await alice.shoot('room')
  })

  it('see that the other is typing, until the message is there', async () => {
    const roomId = await people.room('Typing')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await bob.composer.pressSequentially('I am wri')
    await alice.page.locator('.typing-line').getByText('Bob is typing…').waitFor()
    await alice.room('Typing').getByText('Bob is typing…').waitFor()
    expect(await bob.page.locator('.typing-line').textContent()).toBe('')
    await alice.shoot('typing')
    await bob.write('I am writing')
    await alice.message('I am writing').waitFor()
    await eventually(() => alice.page.locator('.typing-line').textContent()).toBe('')
  })

  it('react to messages, and take it back', async () => {
    const roomId = await people.room('Reactions')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await alice.write('Lunch?')
    const seen = bob.message('Lunch?')
    await seen.hover()
    await seen.getByRole('button', { name: 'React' }).click()
    await bob.shoot('reaction-menu')
    await bob.page.getByRole('dialog', { name: 'Choose a reaction' }).getByText('🎉').click()
    const chip = alice.message('Lunch?').locator('.chip[aria-pressed]')
    await eventually(() => chip.textContent()).toBe('🎉1')
    await chip.click()
    await eventually(() => seen.locator('.chip[aria-pressed]').textContent()).toBe('🎉2')
    await alice.shoot('reactions')
    await seen.locator('.chip[aria-pressed]').click()
    await eventually(() => chip.textContent()).toBe('🎉1')
  })

  it('find another reaction by its name', async () => {
    const roomId = await people.room('More reactions')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await alice.write('It works on my machine')
    const seen = bob.message('It works on my machine')
    await seen.hover()
    await seen.getByRole('button', { name: 'React' }).click()
    await bob.page.getByRole('button', { name: 'More emoji' }).click()
    await bob.page.getByRole('searchbox', { name: 'Search emoji' }).fill('rocket')
    await bob.page.keyboard.press('Enter')
    const chip = alice.message('It works on my machine').locator('.chip[aria-pressed]')
    await eventually(() => chip.textContent()).toBe('🚀1')
    expect(await chip.getAttribute('title')).toBe('Bob')
  })

  it('reply, edit and delete', async () => {
    const roomId = await people.room('Replies')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await alice.write('Where to?')
    await bob.message('Where to?').hover()
    await bob.message('Where to?').getByRole('button', { name: 'Reply' }).click()
    await bob.write('The usual palce')
    await alice.message('The usual palce').locator('.quote').getByText('Where to?').waitFor()
    await bob.composer.press('ArrowUp')
    await bob.write('The usual place')
    await alice.message('The usual place').getByText('edited').waitFor()
    await alice.choose(alice.message('Where to?'), 'Delete')
    await alice.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await bob.message('Message deleted').waitFor()
    await bob.shoot('reply-edit-delete')
    expect(await bob.texts()).toEqual(['Message deleted', 'The usual place'])
  })

  it('mention each other by the beginning of a name', async () => {
    const roomId = await people.room('Mentions')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await alice.composer.pressSequentially('Are you there, @bo')
    await alice.page.getByRole('option', { name: 'Bob' }).waitFor()
    await alice.composer.press('Enter')
    await alice.composer.pressSequentially('or out?')
    await alice.composer.press('Enter')
    await bob.page.locator('.mention.me').getByText('@Bob').waitFor()
    const { body } = await people.demo.bob.call('GET', `/chat/rooms/${roomId}/messages`)
    expect(body.items.at(-1)).toMatchObject({ text: 'Are you there, @Bob or out?', mentions: ['bob'] })
  })

  it('see whether a message was read', async () => {
    const roomId = await people.room('Read marks')
    const alice = await people.enter(roomId, 'Alice')
    await alice.write('Can you hear me?')
    const mark = alice.message('Can you hear me?').locator('.mark')
    await eventually(() => mark.textContent()).toBe('Sent')
    const bob = await people.enter(roomId, 'Bob')
    await bob.message('Can you hear me?').waitFor()
    await eventually(() => mark.textContent()).toBe('Read by everyone')
  })

  it('see how much they have not read, and where it begins', async () => {
    // What the tests before left unread would be counted in the title.
    for (const { id, lastMessageSeq } of (await people.demo.bob.call('GET', '/chat/rooms?limit=100')).body.items) {
      await people.demo.bob.call('PATCH', `/chat/rooms/${id}/members/me`, { lastReadSeq: lastMessageSeq })
    }
    const roomId = await people.room('Unread')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.open(people.demo.links.bob)]
    const row = bob.room('Unread')
    await row.waitFor()
    await bob.bar.waitFor({ state: 'hidden' })
    for (const text of ['One', 'Two', 'Three']) await alice.write(text)
    await eventually(() => row.locator('.badge').textContent()).toBe('3 unread')
    await eventually(() => bob.page.title()).toBe('(3) Welcome')
    await bob.shoot('unread')
    await row.click()
    await bob.message('Three').waitFor()
    const first = bob.page.locator('[data-key]', { has: bob.page.locator('.unread-divider') })
    expect(await first.locator('.message-text').textContent()).toBe('One')
    await row.locator('.badge').waitFor({ state: 'hidden' })
    await eventually(() => bob.page.title()).toBe('Unread')
    await alice.write('Four')
    await bob.message('Four').waitFor()
    expect(await row.locator('.badge').isVisible()).toBe(false)
  })

  it('make a room with one and add another later', async () => {
    const roomId = await people.room('Beside')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await people.demo.signIn('Carol')
    const pick = async (name: string) => {
      const dialog = alice.page.getByRole('dialog')
      await dialog.getByRole('searchbox').fill(name)
      await dialog.locator('.person').getByText(name, { exact: true }).click()
      return dialog
    }
    await alice.page.getByRole('button', { name: 'New conversation' }).click()
    await alice.page.getByRole('radio', { name: 'Group' }).check()
    await alice.page.getByLabel('Name', { exact: true }).fill('Holidays')
    const making = await pick('Carol')
    await alice.shoot('new-room')
    await making.getByRole('button', { name: 'Create group' }).click()
    await eventually(alice.heading).toBe('Holidays')
    await alice.write('Who comes along?')

    await alice.page.locator('.heading').click()
    await alice.page.getByRole('button', { name: 'Add people' }).click()
    const adding = await pick('Bob')
    await adding.getByRole('button', { name: 'Add', exact: true }).click()
    await bob.room('Holidays').click()
    await bob.message('Who comes along?').waitFor()
    await bob.write('I do')
    await alice.message('I do').waitFor()
    await alice.page.locator('.heading').getByText('3 members').waitFor()
    await alice.shoot('made-room')
  })

  it('write to each other alone', async () => {
    const alice = await people.open(people.demo.links.alice)
    await alice.page.getByRole('searchbox', { name: 'Search rooms, people and messages' }).fill('bo')
    await alice.page.getByRole('region', { name: 'People' }).getByText('Bob').click()
    await eventually(alice.heading).toBe('Bob')
    await alice.write('Only for you')
    const bob = await people.open(people.demo.links.bob)
    await bob.room('Alice').click()
    await bob.message('Only for you').waitFor()
    await alice.page.locator('.heading').getByText('online').waitFor()
  })
})
