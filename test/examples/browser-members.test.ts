import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { checkedByReact, describeInBrowser, eventually, stage } from './stage.js'
import { hasFocus, type Visitor } from './visitor.js'

describeInBrowser('a room and its people on the page of the demo', { timeout: startsMs }, () => {
  const people = stage(checkedByReact)

  async function details({ page }: Visitor) {
    await page.locator('.heading').click()
    return page.getByRole('region', { name: 'About this room' })
  }
  const confirm = ({ page }: Visitor, action: string) =>
    page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click()

  it('tells somebody who is removed, and takes the room away', async () => {
    const roomId = await people.room('Removed')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await alice.write('Before')
    await bob.message('Before').waitFor()
    const panel = await details(alice)
    await panel.getByRole('button', { name: 'More about Bob' }).click()
    await alice.page.getByRole('menuitem', { name: 'Remove from room' }).click()
    await confirm(alice, 'Remove')
    await bob.page.getByText('You were removed from Removed').waitFor()
    await bob.room('Removed').waitFor({ state: 'detached' })
    expect(await bob.message('Before').count()).toBe(0)
    await bob.shoot('removed')
    await alice.message('You removed Bob').waitFor()
    await eventually(() => hasFocus(alice.page.getByRole('list', { name: 'People in this room' }))).toBe(true)
  })

  it('can be joined again by who left it, if it is public', async () => {
    const roomId = await people.room('Revolving door')
    await people.demo.alice.call('PATCH', `/chat/rooms/${roomId}`, { isPublic: true })
    const bob = await people.enter(roomId, 'Bob')
    await (await details(bob)).getByRole('button', { name: 'Leave room' }).click()
    await confirm(bob, 'Leave')
    await bob.room('Revolving door').waitFor({ state: 'detached' })
    await bob.page.goBack()
    await bob.page.getByText('You left Revolving door').waitFor()
    await bob.page.getByRole('button', { name: 'Join room' }).click()
    await bob.message('You joined').waitFor()
    await bob.composer.waitFor()
  })

  it('lets an owner take away what somebody may do, at once', async () => {
    const roomId = await people.room('Silenced')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await bob.composer.waitFor()
    const panel = await details(alice)
    await panel.getByRole('button', { name: 'More about Bob' }).click()
    await alice.page.getByRole('menuitem', { name: 'Role and permissions' }).click()
    await alice.page.getByRole('switch', { name: 'Write messages' }).click()
    await bob.page.getByText('You can’t write in this room').waitFor()
    expect(await bob.composer.isVisible()).toBe(false)
    await alice.page.getByLabel('Role').selectOption('admin')
    await eventually(() => alice.page.getByRole('switch', { name: 'Edit the room' }).isChecked()).toBe(true)
    await bob.composer.waitFor()
    await alice.shoot('permissions')
  })

  it('is shown to members without what only others may do', async () => {
    const bob = await people.enter(await people.room('Plain'), 'Bob')
    const panel = await details(bob)
    await panel.getByRole('button', { name: 'Leave room' }).waitFor()
    for (const name of ['Edit room', 'Delete room']) expect(await panel.getByRole('button', { name }).count()).toBe(0)
    await panel.getByRole('button', { name: 'More about Alice' }).click()
    expect(await bob.page.getByRole('menuitem').allTextContents()).toEqual(['Send a private message', 'Block'])
  })

  it('is renamed, muted, left and deleted', async () => {
    const roomId = await people.room('Old name')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    const panel = await details(alice)
    await panel.getByRole('button', { name: 'Edit room' }).click()
    await alice.page.getByLabel('Name', { exact: true }).fill('New name')
    await alice.page.getByRole('button', { name: 'Save' }).click()
    await bob.room('New name').waitFor()

    const bobs = await details(bob)
    await bobs.getByRole('switch', { name: 'Mute' }).click()
    await eventually(async () => (await people.demo.bob.call('GET', `/chat/rooms/${roomId}`)).body.me.muted).toBe(true)
    await bobs.getByRole('button', { name: 'Leave room' }).click()
    await confirm(bob, 'Leave')
    await bob.room('New name').waitFor({ state: 'detached' })

    await panel.getByRole('button', { name: 'Delete room' }).click()
    await confirm(alice, 'Delete')
    await alice.room('New name').waitFor({ state: 'detached' })
  })
})
