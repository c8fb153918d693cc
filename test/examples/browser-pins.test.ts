import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { checkedByReact, describeInBrowser, eventually, stage } from './stage.js'
import { hasFocus, phone } from './visitor.js'

describeInBrowser('what a room keeps, on the page of the demo', { timeout: startsMs }, () => {
  const people = stage(checkedByReact)

  it('is pinned from a message’s menu, stands above the messages of all, and leads back to them', async () => {
    const roomId = await people.room('Pinned')
    const { alice: api } = people.demo
    await api.call('POST', `/chat/rooms/${roomId}/messages`, { text: 'The door code is 4711' })
    for (let n = 0; n < 60; n += 1) await api.call('POST', `/chat/rooms/${roomId}/messages`, { text: `Line ${n}` })
    await api.call('POST', `/chat/rooms/${roomId}/messages`, { text: 'Lunch at noon' })
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await alice.choose(alice.message('Lunch at noon'), 'Pin')
    const bar = bob.page.getByRole('region', { name: 'Newest pin' })
    await bar.getByText('Lunch at noon').waitFor()
    await bob.page
      .locator('.message.system', { hasText: 'Alice pinned a message' })
      .getByText('Lunch at noon')
      .waitFor()
    await bob.message('Lunch at noon').getByText('Pinned').waitFor({ state: 'attached' })

    const first = (await api.call('GET', `/chat/rooms/${roomId}/messages?before=3`)).body.items.at(-1)
    await api.call('PUT', `/chat/rooms/${roomId}/pins/${first.id}`)
    await bar.getByText('The door code is 4711').waitFor()
    await bar.getByRole('button', { name: 'All 2 pinned' }).click()
    const panel = bob.page.getByRole('region', { name: 'Pinned messages' })
    await panel.getByRole('button', { name: /Lunch at noon/ }).waitFor()
    // Who may not edit the room unpins nothing.
    expect(await panel.getByRole('button', { name: /^Unpin/ }).count()).toBe(0)
    await bob.shoot('pins')
    await bar.getByRole('button', { name: /4711/ }).click()
    await eventually(() => bob.message('The door code is 4711').isVisible()).toBe(true)

    await alice.page.getByRole('button', { name: 'All 2 pinned' }).click()
    const mine = alice.page.getByRole('region', { name: 'Pinned messages' })
    await mine.getByRole('button', { name: 'Unpin the message of You' }).first().click()
    await eventually(() => mine.getByRole('listitem').count()).toBe(1)
    await eventually(() => hasFocus(mine.getByRole('list'))).toBe(true)
    await bar.getByText('Lunch at noon').waitFor()
  })

  it('is forwarded from a message’s menu to a room that is found by its name, and says who had said it', async () => {
    const [roomId, other] = [await people.room('Kitchen'), await people.room('Garden')]
    await people.demo.alice.call('POST', `/chat/rooms/${roomId}/messages`, { text: 'The tomatoes are **ripe**' })
    const bob = await people.enter(roomId, 'Bob')
    await bob.choose(bob.page.locator('.message', { hasText: 'The tomatoes' }), 'Forward…')
    const dialog = bob.page.getByRole('dialog', { name: 'Forward this message' })
    await dialog.getByRole('searchbox').fill('gard')
    await eventually(() => dialog.getByRole('list', { name: 'Rooms' }).getByRole('button').count()).toBe(1)
    await bob.shoot('forward')
    await dialog.getByRole('button', { name: 'Garden' }).click()
    await bob.page.getByText('Forwarded to Garden').waitFor()
    const alice = await people.enter(other, 'Alice')
    const message = alice.page.locator('.message', { hasText: 'The tomatoes' })
    await message.getByText('Forwarded from you').waitFor()
    await alice.shoot('forwarded')
  })

  it('shows what a message said before, to whoever taps “edited”', async () => {
    const roomId = await people.room('Edited')
    const { body } = await people.demo.alice.call('POST', `/chat/rooms/${roomId}/messages`, { text: 'At ten' })
    await people.demo.alice.call('PATCH', `/chat/rooms/${roomId}/messages/${body.id}`, { text: 'At eleven' })
    const bob = await people.enter(roomId, 'Bob')
    await bob.message('At eleven').getByRole('button', { name: 'edited' }).click()
    const dialog = bob.page.getByRole('dialog', { name: 'Edits' })
    await dialog.getByText('At ten').waitFor()
    await dialog.getByText('At eleven').waitFor()
    await bob.shoot('edits')
    await bob.page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })

  it('tells who has read a message unless the room keeps that to itself', async () => {
    const roomId = await people.room('Discreet')
    const alice = await people.enter(roomId, 'Alice')
    await alice.write('Has anybody seen this?')
    const mark = alice.message('Has anybody seen this?').locator('.mark')
    const bob = await people.enter(roomId, 'Bob')
    await bob.message('Has anybody seen this?').waitFor()
    await eventually(() => mark.textContent()).toBe('Read by everyone')
    await alice.page.getByRole('button', { name: 'About this room' }).last().click()
    await alice.page.getByRole('button', { name: 'Edit room' }).click()
    const dialog = alice.page.getByRole('dialog', { name: 'Edit room' })
    await dialog.getByRole('switch', { name: /Read receipts/ }).click()
    await alice.shoot('read-receipts')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await eventually(() => mark.textContent()).toBe('Sent')
    await bob.choose(bob.message('Has anybody seen this?'), 'Details')
    await bob.page.getByText('This room doesn’t tell who has read it.').waitFor()
  })

  it('lets somebody in by a link, also who has to sign in first, and no more once it is revoked', async () => {
    const roomId = await people.room('By link')
    const alice = await people.enter(roomId, 'Alice')
    await alice.page.getByRole('button', { name: 'About this room' }).last().click()
    await alice.page.getByRole('button', { name: 'Invite by link' }).click()
    const dialog = alice.page.getByRole('dialog', { name: 'Invite by link' })
    await dialog.getByLabel('Lets in').selectOption('10 people')
    await dialog.getByRole('button', { name: 'Make a link' }).click()
    const field = dialog.getByLabel('The link, shown only now')
    await field.waitFor()
    const address = await field.inputValue()
    expect(new URL(address).search).toMatch(/^\?invite=[\w-]{22}$/)
    await dialog.getByText('0 of 10 came in').waitFor()
    await alice.shoot('invite-links')

    const dave = await people.open(address, phone)
    await dave.page.getByLabel('Name').fill('Dave')
    await dave.page.getByRole('button', { name: 'Sign in' }).click()
    await dave.page.getByRole('heading', { name: 'By link' }).waitFor()
    await dave.page.getByText('2 members').waitFor()
    await dave.shoot('invited')
    await dave.page.getByRole('button', { name: 'Join room' }).click()
    await dave.page.locator('.heading-name', { hasText: 'By link' }).waitFor()
    expect(new URL(dave.page.url()).searchParams.get('invite')).toBeNull()

    await dialog.getByRole('button', { name: /^Revoke/ }).click()
    await eventually(() => dialog.getByRole('button', { name: /^Revoke/ }).count()).toBe(0)
    const erin = await people.demo.signIn('Erin')
    const late = await people.open(`${address}&token=${erin.token}`)
    // The browser itself says that something was not found.
    late.excuse(/404/)
    await late.page.getByRole('heading', { name: 'This invitation is no longer valid' }).waitFor()
  })
})
