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
    await bob.page.locator('#composer').pressSequentially('I am wri')
    await alice.page.getByText('Bob is typing…').waitFor()
    expect(await bob.page.locator('#typing').textContent()).toBe('')
    await alice.shoot('typing')
    await bob.write('I am writing')
    await alice.message('I am writing').waitFor()
    await eventually(() => alice.page.locator('#typing').textContent()).toBe('')
  })

  it('react to messages, and take it back', async () => {
    const roomId = await people.room('Reactions')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await alice.write('Lunch?')
    const seen = bob.message('Lunch?')
    await seen.hover()
    await seen.locator('.react').click()
    await bob.shoot('reaction-menu')
    await bob.page.locator('#reaction-menu').getByText('🎉').click()
    const chip = alice.message('Lunch?').locator('.chip')
    await eventually(() => chip.textContent()).toBe('🎉1')
    await chip.click()
    await eventually(() => seen.locator('.chip').textContent()).toBe('🎉2')
    await alice.shoot('reactions')
    await seen.locator('.chip').click()
    await eventually(() => chip.textContent()).toBe('🎉1')
  })

  it('reply, edit and delete', async () => {
    const roomId = await people.room('Replies')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await alice.write('Where to?')
    await bob.message('Where to?').hover()
    await bob.message('Where to?').locator('.reply').click()
    await bob.write('The usual palce')
    await alice.message('The usual palce').locator('.quote').getByText('Where to?').waitFor()
    await bob.page.locator('#composer').press('ArrowUp')
    await bob.write('The usual place')
    await alice.message('The usual place').getByText('edited').waitFor()
    await alice.message('Where to?').hover()
    await alice.message('Where to?').locator('.delete').click()
    await alice.page.locator('#confirm-yes').click()
    await bob.message('Message deleted').waitFor()
    await bob.shoot('reply-edit-delete')
    expect(await bob.texts()).toEqual(['Message deleted', 'The usual place'])
  })

  it('see how much they have not read, and where it begins', async () => {
    const roomId = await people.room('Unread')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.open(people.demo.links.bob)]
    const row = bob.room('Unread')
    await row.waitFor()
    await bob.bar.waitFor({ state: 'hidden' })
    for (const text of ['One', 'Two', 'Three']) await alice.write(text)
    await eventually(() => row.locator('.badge').textContent()).toBe('3')
    expect(await bob.page.title()).toBe('(3) Welcome')
    await bob.shoot('unread')
    await row.click()
    await bob.message('Three').waitFor()
    expect(await bob.page.locator('.unread-from + .message .text').textContent()).toBe('One')
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
    const pick = async (dialog: string, name: string) => {
      await alice.page.locator(`${dialog} input[type=search]`).fill(name)
      await alice.page.locator(`${dialog} .results`).getByText(name, { exact: true }).click()
    }
    await alice.page.locator('#new-room').click()
    await alice.page.locator('#new-room-name input').fill('Holidays')
    await pick('#new-room-dialog', 'Carol')
    await alice.shoot('new-room')
    await alice.page.locator('#new-room-dialog [type=submit]').click()
    await eventually(() => alice.page.locator('#room-name').textContent()).toBe('Holidays')
    await alice.write('Who comes along?')

    await alice.page.locator('#add-people').click()
    await pick('#add-people-dialog', 'Bob')
    await alice.page.locator('#add-people-dialog [type=submit]').click()
    await bob.room('Holidays').click()
    await bob.message('Who comes along?').waitFor()
    await bob.write('I do')
    await alice.message('I do').waitFor()
    expect(await alice.page.locator('#room-about').textContent()).toContain('3 members')
    await alice.shoot('made-room')
  })
})
