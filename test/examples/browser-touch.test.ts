import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import { hasFocus, phone } from './visitor.js'

describeInBrowser('the page of the demo, by touch', { timeout: startsMs }, () => {
  const people = stage()

  it('opens the menu of a message that is tapped, and closes it when one taps beside it', async () => {
    const roomId = await people.room('Tapped')
    await people.demo.alice.call('POST', `/chat/rooms/${roomId}/messages`, { text: 'Tap me' })
    const bob = await people.enter(roomId, 'Bob', phone)
    const menu = bob.page.getByRole('menu', { name: 'Actions' })
    for (let turn = 0; turn < 3; turn += 1) {
      await bob.tap(bob.message('Tap me').locator('.bubble'))
      await menu.getByRole('menuitem', { name: 'Reply', exact: true }).waitFor()
      if (turn === 0) await bob.shoot('touch-menu')
      await bob.page.touchscreen.tap(20, 90)
      await menu.waitFor({ state: 'detached' })
    }
  })

  it('replies to, reacts to, edits and deletes messages', async () => {
    const roomId = await people.room('Touched')
    const alice = await people.enter(roomId, 'Alice')
    const bob = await people.enter(roomId, 'Bob', phone)
    await alice.write('Where do we eat?')
    const question = bob.message('Where do we eat?')

    await bob.tap(question.locator('.bubble'))
    await bob.tap(bob.page.getByRole('menuitem', { name: 'Reply', exact: true }))
    await bob.page.getByText('Reply to Alice').waitFor()
    await bob.composer.fill('At the harbor')
    await bob.tap(bob.page.getByRole('button', { name: 'Send', exact: true }))
    await alice.message('At the harbor').locator('.quote').getByText('Where do we eat?').waitFor()

    await bob.tap(question.locator('.bubble'))
    await bob.tap(bob.page.getByRole('dialog', { name: 'Message' }).getByRole('button', { name: '🎉' }))
    const chip = alice.message('Where do we eat?').locator('.chip[aria-pressed]')
    await eventually(() => chip.textContent()).toBe('🎉1')
    await bob.tap(question.locator('.chip.more'))
    await bob.tap(bob.page.getByRole('dialog', { name: 'Choose a reaction' }).getByRole('button', { name: '😮' }))
    await eventually(() => chip.allTextContents()).toEqual(['🎉1', '😮1'])

    await bob.tap(bob.message('At the harbor').locator('.message-text'))
    await bob.tap(bob.page.getByRole('menuitem', { name: 'Edit' }))
    await bob.composer.fill('At the harbour')
    await bob.tap(bob.page.getByRole('button', { name: 'Save' }))
    await alice.message('At the harbour').getByText('edited').waitFor()

    await bob.tap(bob.message('At the harbour').locator('.message-text'))
    await bob.tap(bob.page.getByRole('menuitem', { name: 'Delete' }))
    await bob.tap(bob.page.getByRole('dialog').getByRole('button', { name: 'Delete' }))
    await alice.message('Message deleted').waitFor()
    expect(await alice.texts()).toEqual(['Where do we eat?', 'Message deleted'])
  })

  it('opens the other menus and pickers: of a member, and of emoji', async () => {
    const bob = await people.enter(await people.room('Other menus'), 'Bob', phone)
    await bob.tap(bob.page.getByRole('button', { name: 'Emoji', exact: true }))
    const picker = bob.page.getByRole('dialog', { name: 'Emoji' })
    await picker.getByRole('button', { name: '🚀' }).tap()
    await picker.waitFor({ state: 'detached' })
    expect(await bob.composer.inputValue()).toBe('🚀')
    await bob.tap(bob.page.locator('.heading'))
    await bob.tap(bob.page.getByRole('button', { name: 'More about Alice' }))
    await bob.tap(bob.page.getByRole('menuitem', { name: 'Send a private message' }))
    await eventually(bob.heading).toBe('Alice')
  })

  it('does not bring up the keyboard when a room is opened', async () => {
    await people.room('Quiet')
    const bob = await people.enter(people.demo.roomId, 'Bob', phone)
    await bob.tap(bob.page.getByRole('button', { name: 'All rooms' }))
    await bob.tap(bob.room('Quiet'))
    await eventually(bob.heading).toBe('Quiet')
    await bob.composer.waitFor()
    expect(await hasFocus(bob.composer)).toBe(false)
  })
})
