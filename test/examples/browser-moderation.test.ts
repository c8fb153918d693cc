import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { checkedByReact, describeInBrowser, eventually, stage } from './stage.js'
import { hasFocus, phone, type Visitor } from './visitor.js'

describeInBrowser('who looks after what is said on the page of the demo', { timeout: startsMs }, () => {
  const people = stage(checkedByReact)

  const openReports = async () =>
    (await people.demo.alice.call('GET', '/chat/moderation/reports?status=open')).body.items
  async function moderation({ page }: Visitor) {
    await page.getByRole('button', { name: /profile/i }).click()
    await page.getByRole('button', { name: 'Moderation' }).click()
    return page.getByRole('dialog', { name: 'Moderation' })
  }
  /** Bob reports what Alice wrote. */
  async function report(roomId: string, text: string) {
    const { body } = await people.demo.alice.call('POST', `/chat/rooms/${roomId}/messages`, { text })
    const answer = await people.demo.bob.call('POST', `/chat/rooms/${roomId}/messages/${body.id}/reports`, {
      reason: 'spam',
    })
    expect(answer.status).toBe(201)
  }

  it('hears of a message that somebody reports with a reason, resolves it, and sees that it was', async () => {
    const roomId = await people.room('Reported')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    await alice.write('Buy watches')
    await bob.choose(bob.message('Buy watches'), 'Report…')
    const asked = bob.page.getByRole('dialog', { name: 'Report this message' })
    await eventually(() => hasFocus(asked.getByLabel('Reason'))).toBe(true)
    await asked.getByLabel('Reason').selectOption('Harassment')
    await asked.getByLabel('What else should they know?').fill('Every day')
    await bob.shoot('report')
    await asked.getByRole('button', { name: 'Report', exact: true }).click()
    await bob.page.getByText('A moderator will look at it.').waitFor()
    await asked.waitFor({ state: 'detached' })

    const dialog = await moderation(alice)
    await dialog.getByText('Harassment: Every day').waitFor()
    await dialog.getByText(/^Reported by Bob/).waitFor()
    await alice.shoot('moderation')
    await dialog.getByRole('button', { name: 'Resolve the report of “Buy watches”' }).press('Enter')
    await dialog.getByText('Nothing is reported.').waitFor()
    await eventually(() => hasFocus(dialog.getByRole('list', { name: 'Open reports' }))).toBe(true)
    await dialog.getByText('Alice resolved a report about Alice').waitFor()
    expect(await openReports()).toEqual([])
  })

  it('deletes what was reported, after a question, and has handled it by that', async () => {
    const roomId = await people.room('Deleted')
    const bob = await people.enter(roomId, 'Bob')
    await bob.write('Awful')
    await bob.message('Awful').waitFor()
    const { id } = (await people.demo.alice.call('GET', `/chat/rooms/${roomId}/messages`)).body.items.at(-1)
    await people.demo.alice.call('POST', `/chat/rooms/${roomId}/messages/${id}/reports`, { reason: 'other' })
    const dialog = await moderation(await people.enter(people.demo.roomId, 'Alice'))
    await dialog.getByRole('button', { name: 'Delete the message “Awful”' }).press('Enter')
    const asked = dialog.page().getByRole('dialog', { name: 'Delete this message?' })
    await asked.getByRole('button', { name: 'Delete' }).press('Enter')
    await dialog.getByText('Nothing is reported.').waitFor()
    await bob.message('Awful').waitFor({ state: 'detached' })
    await eventually(() => hasFocus(dialog.getByRole('list', { name: 'Open reports' }))).toBe(true)
    await dialog.getByText('Alice deleted a message of Bob').waitFor()
    expect(await openReports()).toEqual([])
  })

  it('reads around it in a room that is not theirs, silences and bans its author, and all of that is audited', async () => {
    const { call } = people.demo.bob
    const { client: carol } = await people.demo.signIn('carol')
    await carol.call('GET', '/chat/users/me')
    const group = { type: 'group', name: 'Without Alice', userIds: ['carol'] }
    const roomId = (await call('POST', '/chat/rooms', group)).body.id
    await call('POST', `/chat/rooms/${roomId}/messages`, { text: 'What do you sell?' })
    const { id } = (await carol.call('POST', `/chat/rooms/${roomId}/messages`, { text: 'Buy watches' })).body
    const reported = await call('POST', `/chat/rooms/${roomId}/messages/${id}/reports`, { reason: 'spam' })
    expect(reported.status).toBe(201)
    const alice = await people.enter(people.demo.roomId, 'Alice')
    const dialog = await moderation(alice)
    const choose = async (what: string) => {
      await dialog.getByRole('button', { name: 'More about “Buy watches”' }).click()
      await alice.page.getByRole('menuitem', { name: what }).click()
    }
    await choose('Read around it')
    const reader = alice.page.getByRole('dialog', { name: 'Without Alice' })
    await reader.getByText('What do you sell?').waitFor()
    expect(await reader.locator('[aria-current]').innerText()).toContain('Buy watches')
    await alice.shoot('moderation-room')
    await alice.page.keyboard.press('Escape')
    await dialog.getByText('Alice read a room as a moderator').first().waitFor()
    await choose('Silence')
    await alice.page.getByRole('button', { name: 'For a day' }).click()
    await dialog.getByText('Alice silenced Carol').waitFor()
    const refused = await carol.call('POST', `/chat/rooms/${roomId}/messages`, { text: 'Buy more' })
    expect([refused.status, refused.body.code]).toEqual([403, 'silenced'])
    await choose('Ban')
    await alice.page
      .getByRole('dialog', { name: 'Ban Carol' })
      .getByRole('button', { name: 'Ban', exact: true })
      .click()
    await dialog.getByText('Alice banned Carol').waitFor()
    expect((await carol.call('GET', `/chat/rooms/${roomId}`)).status).toBe(404)
    await dialog.getByRole('button', { name: 'Resolve the report of “Buy watches”' }).click()
    await dialog.getByText('Nothing is reported.').waitFor()
  })

  it('dismisses a report, on a phone', async () => {
    const roomId = await people.room('Dismissed')
    await report(roomId, 'Harmless')
    const alice = await people.enter(roomId, 'Alice', phone)
    await alice.page
      .getByRole('button', { name: 'Rooms' })
      .or(alice.page.getByRole('link', { name: 'Rooms' }))
      .first()
      .click()
    const dialog = await moderation(alice)
    const dismiss = dialog.getByRole('button', { name: 'Dismiss the report of “Harmless”' })
    await dismiss.waitFor()
    await alice.shoot('moderation-phone')
    await dismiss.click()
    await dialog.getByText('Nothing is reported.').waitFor()
    await dialog.getByText('Alice dismissed a report about Alice').waitFor()
    expect(await openReports()).toEqual([])
  })

  it('is nobody else: others find no place for it, and cannot report what they wrote themselves', async () => {
    const roomId = await people.room('Not mine')
    const bob = await people.enter(roomId, 'Bob')
    await bob.write('My own')
    const mine = bob.message('My own')
    await mine.hover()
    await mine.getByRole('button', { name: 'More', exact: true }).click()
    await bob.page.getByRole('menuitem', { name: 'Details' }).waitFor()
    expect(await bob.page.getByRole('menuitem', { name: 'Report…' }).count()).toBe(0)
    await bob.page.keyboard.press('Escape')
    const told = bob.page.waitForResponse(/\/api\/me$/)
    await bob.page.getByRole('button', { name: /profile/i }).click()
    expect(await (await told).json()).toEqual({ id: 'bob', isModerator: false })
    await bob.page.getByRole('button', { name: 'Blocked people' }).waitFor()
    expect(await bob.page.getByRole('button', { name: 'Moderation' }).count()).toBe(0)
    expect((await people.demo.bob.call('GET', '/chat/moderation/reports')).status).toBe(404)
  })
})
