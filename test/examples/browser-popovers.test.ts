import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { checkedByReact, describeInBrowser, eventually, stage } from './stage.js'
import type { Visitor } from './visitor.js'

describeInBrowser('the popovers of the demo’s page', { timeout: startsMs }, () => {
  const people = stage(checkedByReact)

  const openOnes = ({ page }: Visitor) => page.locator('.popover:popover-open')

  async function given(name: string) {
    const roomId = await people.room(name)
    const { alice } = people.demo
    for (const text of ['One', 'Some', 'of', 'those', 'in between', 'Two'])
      await alice.call('POST', `/chat/rooms/${roomId}/messages`, { text })
    return { roomId, bob: await people.enter(roomId, 'Bob') }
  }

  /** Opens the reactions of a message as a mouse does. */
  async function react({ message }: Visitor, text: string): Promise<void> {
    await message(text).hover()
    await message(text).getByRole('button', { name: 'React', exact: true }).click()
  }

  it('close when the message that they belong to is deleted, instead of moving into the corner', async () => {
    const { roomId, bob } = await given('Gone meanwhile')
    await react(bob, 'Two')
    await eventually(() => openOnes(bob).count()).toBe(1)
    const { body } = await people.demo.alice.call('GET', `/chat/rooms/${roomId}/messages`)
    await people.demo.alice.call('DELETE', `/chat/rooms/${roomId}/messages/${body.items.at(-1).id}`)
    await bob.message('Message deleted').waitFor()
    await eventually(() => openOnes(bob).count()).toBe(0)
  })

  it('open one at a time: the reactions of a second message instead of those of the first', async () => {
    const { bob } = await given('One at a time')
    await react(bob, 'One')
    await eventually(() => openOnes(bob).count()).toBe(1)
    await react(bob, 'Two')
    await eventually(() => openOnes(bob).count()).toBe(1)
    const popover = await openOnes(bob).boundingBox()
    const message = await bob.message('Two').boundingBox()
    if (!popover || !message) throw new Error('neither the reactions nor the message are to be seen')
    // Beside the message that was asked about last.
    const gap = Math.max(message.y - (popover.y + popover.height), popover.y - (message.y + message.height))
    expect(gap).toBeLessThan(60)
    await openOnes(bob).getByRole('button', { name: '🎉' }).click()
    await eventually(() => bob.message('Two').locator('.chip[aria-pressed]').textContent()).toBe('🎉1')
    expect(await bob.message('One').locator('.chip').count()).toBe(0)
  })
})
