import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import { hasFocus, phone, type Visitor } from './visitor.js'

const options = (visitor: Visitor, name: string) => visitor.page.getByRole('menu', { name: `Options for ${name}` })

/** Opens the menu of a room by the right button of the mouse, and chooses from it. */
async function choose(visitor: Visitor, name: string, item: string, role: 'menuitem' | 'menuitemradio' = 'menuitem') {
  await visitor.room(name).click({ button: 'right' })
  await options(visitor, name).getByRole(role, { name: item, exact: true }).click()
  await options(visitor, name).waitFor({ state: 'detached' })
}

const names = (visitor: Visitor, section: string) =>
  visitor.page.getByRole('region', { name: section }).locator('.room-row-name').allTextContents()

describeInBrowser('how one keeps a room, on the page of the demo', { timeout: startsMs }, () => {
  const people = stage()

  it('pins it above the others, and puts it away until somebody else writes', async () => {
    const [first, second] = [await people.room('Kept first'), await people.room('Kept second')]
    const bob = await people.enter(people.demo.roomId, 'Bob')
    await choose(bob, 'Kept first', 'Pin')
    await eventually(() => names(bob, 'Pinned')).toEqual(['Kept first'])
    expect((await names(bob, 'All rooms'))[0]).toBe('Kept second')
    await bob.room('Kept first').getByText('Pinned').waitFor({ state: 'attached' })
    await choose(bob, 'Kept second', 'Archive')
    await bob.room('Kept second').waitFor({ state: 'detached' })
    await bob.page.getByRole('button', { name: 'Archived' }).click()
    await eventually(() => names(bob, 'Archived')).toEqual(['Kept second'])
    await bob.shoot('archive')
    // Whoever comes anew finds both as they were.
    await bob.page.reload()
    await eventually(() => names(bob, 'Pinned')).toEqual(['Kept first'])
    expect(await bob.room('Kept second').count()).toBe(0)
    await people.demo.alice.call('POST', `/chat/rooms/${second}/messages`, { text: 'Anybody here?' })
    await bob.room('Kept second').waitFor()
    await choose(bob, 'Kept first', 'Unpin')
    await eventually(() => bob.page.getByRole('region', { name: 'Pinned' }).count()).toBe(0)
    expect(first).not.toBe(second)
  })

  it('mutes it for an hour, which ends by itself, and tells of mentions or nothing', async () => {
    const roomId = await people.room('Loud')
    const bob = await people.enter(people.demo.roomId, 'Bob')
    const badge = bob.room('Loud').locator('.badge')
    await people.demo.alice.call('POST', `/chat/rooms/${roomId}/messages`, { text: 'One' })
    await eventually(() => badge.textContent()).toBe('1 unread')
    await choose(bob, 'Loud', 'For an hour')
    await bob.room('Loud').locator('.badge.muted').waitFor()
    await bob.room('Loud').click({ button: 'right' })
    await options(bob, 'Loud').getByText('Muted until').waitFor()
    await bob.shoot('room-menu')
    await bob.page.keyboard.press('Escape')
    await choose(bob, 'Loud', 'Unmute')
    await eventually(() => bob.room('Loud').locator('.badge.muted').count()).toBe(0)
    const { client } = await people.demo.signIn('Bob')
    const mutedUntil = new Date(Date.now() + 1_500).toISOString()
    await client.call('PATCH', `/chat/rooms/${roomId}/members/me`, { mutedUntil })
    await bob.room('Loud').locator('.badge.muted').waitFor()
    await eventually(() => bob.room('Loud').locator('.badge.muted').count()).toBe(0)

    await choose(bob, 'Loud', 'Mentions', 'menuitemradio')
    await bob.room('Loud').locator('.badge.muted').waitFor()
    await bob.room('Loud').click({ button: 'right' })
    const chosen = options(bob, 'Loud').getByRole('menuitemradio', { checked: true })
    expect(await chosen.textContent()).toBe('Mentions')
    await bob.page.keyboard.press('Escape')
    await people.demo.alice.call('POST', `/chat/rooms/${roomId}/messages`, { text: '@Bob', mentions: ['bob'] })
    await eventually(() => badge.allTextContents()).toEqual(['@ mention', '2 unread'])
    await bob.shoot('mention-badge')
  })

  it('marks it as unread until it is read', async () => {
    await people.room('Marked')
    const bob = await people.enter(people.demo.roomId, 'Bob')
    await bob.room('Marked').click()
    await eventually(bob.heading).toBe('Marked')
    await choose(bob, 'Marked', 'Mark as unread')
    await bob.room('Marked').locator('.badge.dot').waitFor()
    await choose(bob, 'Marked', 'Mark as read')
    await eventually(() => bob.room('Marked').locator('.badge').count()).toBe(0)
    await choose(bob, 'Marked', 'Mark as unread')
    await bob.room('Marked').locator('.badge.dot').waitFor()
    await bob.room('Marked').click()
    await eventually(() => bob.room('Marked').locator('.badge').count()).toBe(0)
  })

  it('opens its menu by the keyboard, by its button, and by a finger that stays', async () => {
    await people.room('Reached')
    const bob = await people.enter(people.demo.roomId, 'Bob')
    const more = bob.page.getByRole('button', { name: 'Options for Reached' })
    await bob.room('Reached').focus()
    await bob.page.keyboard.press('ArrowRight')
    expect(await hasFocus(more)).toBe(true)
    await bob.page.keyboard.press('ArrowLeft')
    expect(await hasFocus(bob.room('Reached'))).toBe(true)
    await bob.page.keyboard.press('ArrowRight')
    await bob.page.keyboard.press('Enter')
    const first = options(bob, 'Reached').getByRole('menuitem', { name: 'Pin' })
    await first.waitFor()
    expect(await hasFocus(first)).toBe(true)
    await bob.page.keyboard.press('Escape')
    await options(bob, 'Reached').waitFor({ state: 'detached' })
    expect(await hasFocus(more)).toBe(true)

    const carol = await people.enter(people.demo.roomId, 'Bob', phone)
    await carol.tap(carol.page.getByRole('button', { name: 'All rooms' }))
    const row = carol.room('Reached')
    await row.scrollIntoViewIfNeeded()
    const box = await row.boundingBox()
    if (!box) throw new Error('not shown')
    const touch = await carol.context.newCDPSession(carol.page)
    const at = { x: box.x + 60, y: box.y + box.height / 2 }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] })
    await options(carol, 'Reached').waitFor()
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    await carol.shoot('room-menu-by-touch')
    // The finger that opened it opens no room.
    await carol.tap(options(carol, 'Reached').getByRole('menuitem', { name: 'Pin' }))
    await eventually(() => names(carol, 'Pinned')).toEqual(['Reached'])
  })

  it('mentions everyone where one may', async () => {
    const roomId = await people.room('Everyone here')
    const alice = await people.enter(roomId, 'Alice')
    const bob = await people.enter(people.demo.roomId, 'Bob')
    await alice.composer.pressSequentially('@eve')
    await alice.page.getByRole('option', { name: 'everyone' }).waitFor()
    await alice.shoot('mention-everyone')
    await alice.page.keyboard.press('Enter')
    await alice.composer.pressSequentially('look')
    await alice.page.keyboard.press('Enter')
    await eventually(() => bob.room('Everyone here').locator('.badge').allTextContents()).toEqual([
      '@ mention',
      '1 unread',
    ])
    await bob.room('Everyone here').click()
    await bob.page.locator('.mention.me').getByText('@everyone').waitFor()
    await eventually(() => bob.room('Everyone here').locator('.badge').count()).toBe(0)
    // Who may not is not offered it.
    await bob.composer.pressSequentially('@')
    await bob.page.getByRole('option', { name: 'Alice' }).waitFor()
    expect(await bob.page.getByRole('option', { name: 'everyone' }).count()).toBe(0)
  })
})
