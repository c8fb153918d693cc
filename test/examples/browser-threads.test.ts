import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'

describeInBrowser('threads on the page of the demo', { timeout: startsMs }, () => {
  const people = stage()

  it('are begun from a message, answered in a panel, and found again among the threads that one follows', async () => {
    const roomId = await people.room('Threads')
    const { alice } = people.demo
    await alice.call('POST', `/chat/rooms/${roomId}/messages`, { text: 'Who brings what?' })
    const [bob, ann] = [await people.enter(roomId, 'Bob'), await people.enter(roomId, 'Alice')]

    await bob.message('Who brings what?').locator('.bubble').click({ button: 'right' })
    await bob.page.getByRole('menuitem', { name: 'Reply in thread' }).click()
    const panel = bob.page.getByRole('region', { name: 'Thread', exact: true })
    await panel.locator('textarea').fill('Bread')
    await panel.locator('textarea').press('Enter')
    await panel.locator('.message', { hasText: 'Bread' }).waitFor()
    // The room shows how many there are, to everybody, and not the reply.
    const summary = ann.page.locator('.thread-summary')
    await eventually(() => summary.textContent()).toContain('1 reply')
    expect(await ann.page.locator('.timeline .message', { hasText: 'Bread' }).count()).toBe(0)

    // Whoever wrote the message follows its thread.
    const entry = ann.page.locator('.threads-entry')
    await eventually(() => entry.textContent()).toContain('1')
    await entry.click()
    await ann.page.locator('.room-row', { hasText: 'Who brings what?' }).click()
    const hers = ann.page.getByRole('region', { name: 'Thread', exact: true })
    await hers.locator('.message', { hasText: 'Bread' }).waitFor()
    await eventually(() => ann.page.locator('.threads-entry .badge').count()).toBe(0)
    await hers.getByRole('checkbox').check()
    await hers.locator('textarea').fill('Wine for all')
    await hers.locator('textarea').press('Enter')
    await panel.locator('.message', { hasText: 'Wine for all' }).waitFor()
    await bob.message('Wine for all').first().waitFor()
    await eventually(() => bob.page.locator('.thread-summary').textContent()).toContain('2 replies')
    await bob.shoot('threads')
    await hers.getByRole('button', { name: 'Close thread' }).click()
    await hers.waitFor({ state: 'detached' })
  })
})
