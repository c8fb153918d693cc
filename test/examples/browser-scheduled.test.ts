import { expect, it } from 'vitest'
import { longMs } from '../patience.js'
import { startsMs } from './demo.js'
import { checkedByReact, describeInBrowser, eventually, stage } from './stage.js'
import { hasFocus, type Visitor } from './visitor.js'

/** A time as its field has it, in the zone of this machine, which is the browser's too. */
const inMinutes = (minutes: number): string => {
  const at = new Date(Date.now() + minutes * 60_000)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

describeInBrowser('what is sent later, on the page of the demo', { timeout: startsMs }, () => {
  const people = stage(checkedByReact)

  const later = async ({ page, composer }: Visitor, text: string, item: string | RegExp) => {
    await composer.fill(text)
    await page.getByRole('button', { name: 'Send later' }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  const scheduledIn = async (roomId: string) =>
    (await people.demo.alice.call('GET', `/chat/rooms/${roomId}/scheduled`)).body.items

  it('is scheduled beside the button that sends, listed, changed, and cancelled', async () => {
    const roomId = await people.room('Later')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    const listed = alice.page.waitForResponse(
      async (response) =>
        response.url().includes(`/rooms/${roomId}/scheduled`) && (await response.json()).items.length === 1,
    )
    await later(alice, 'See you tomorrow', 'Tomorrow, 9:00')
    await listed
    await alice.page.getByText(/^It will be sent/).waitFor()
    await eventually(() => alice.composer.inputValue()).toBe('')
    await later(alice, 'And the day after', 'At another time…')
    const asked = alice.page.getByRole('dialog', { name: 'Send at another time' })
    await asked.getByLabel('When').fill(inMinutes(3 * 24 * 60))
    await asked.getByRole('button', { name: 'Send then' }).click()
    await eventually(async () => (await scheduledIn(roomId)).length).toBe(2)

    await alice.page.getByRole('button', { name: 'Send later' }).click()
    await alice.page.getByRole('menuitem', { name: 'To be sent later (2)' }).click()
    const dialog = alice.page.getByRole('dialog', { name: 'To be sent later' })
    const items = dialog.getByRole('listitem')
    await eventually(() => items.count()).toBe(2)
    await alice.shoot('scheduled')
    await items.first().getByLabel('Text').fill('See you on Monday')
    await items
      .first()
      .getByLabel('When')
      .fill(inMinutes(24 * 60))
    await items.first().getByRole('button', { name: 'Save' }).click()
    await eventually(async () => (await scheduledIn(roomId)).map((item: { text: string }) => item.text)).toEqual([
      'See you on Monday',
      'And the day after',
    ])
    await items.last().getByRole('button', { name: 'Do not send' }).click()
    await eventually(() => items.count()).toBe(1)
    await eventually(() => hasFocus(dialog.getByRole('list'))).toBe(true)
    expect(await bob.texts()).toEqual([])
    expect(await bob.page.getByRole('button', { name: 'Send later' }).count()).toBe(0)
  })

  it('moves nothing in its menu while that is open, though something is scheduled elsewhere', async () => {
    const roomId = await people.room('Elsewhere')
    const alice = await people.enter(roomId, 'Alice')
    await alice.composer.fill('Not now')
    await alice.page.getByRole('button', { name: 'Send later' }).click()
    const menu = alice.page.getByRole('menu', { name: 'When' })
    const boxes = async () => Promise.all((await menu.getByRole('menuitem').all()).map((item) => item.boundingBox()))
    const before = await boxes()
    const heard = alice.page.waitForResponse(`**/rooms/${roomId}/scheduled*`)
    const sendAt = new Date(Date.now() + 86_400_000).toISOString()
    await people.demo.alice.call('POST', `/chat/rooms/${roomId}/messages`, { text: 'From a telephone', sendAt })
    await (await heard).finished()
    await alice.page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))')
    expect(await boxes()).toEqual(before)
    await menu.getByRole('menuitem', { name: 'At another time…' }).click()
    await alice.page.getByRole('dialog', { name: 'Send at another time' }).waitFor()
  })

  it('shows in the list of all rooms why it was not sent, and is sent after all at another time', async () => {
    const roomId = await people.room('Silence')
    const alice = await people.enter(roomId, 'Alice')
    const bob = await people.enter(roomId, 'Bob')
    const { client } = await people.demo.signIn('Bob')
    const soon = () => new Date(Date.now() + 3_000).toISOString()
    const text = 'I am silenced'
    const { body } = await client.call('POST', `/chat/rooms/${roomId}/messages`, { text, sendAt: soon() })
    const silence = (silencedUntil: string | null) =>
      people.demo.alice.call('PATCH', `/chat/rooms/${roomId}/members/bob`, { silencedUntil })
    await silence('2999-12-31T23:59:59.000Z')
    const entry = bob.page.getByRole('button', { name: /To be sent later.*1 not sent/ })
    await entry.click({ timeout: longMs })
    const dialog = bob.page.getByRole('dialog', { name: 'To be sent later' })
    await dialog.getByText(/^Not sent: silenced until/).waitFor()
    await dialog.getByText('Silence', { exact: true }).waitFor()
    await bob.shoot('not-sent')
    await silence(null)
    await dialog.getByLabel('When').fill(inMinutes(60))
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText(/^Not sent/).waitFor({ state: 'detached' })
    // On another device, for sooner.
    await client.call('PATCH', `/chat/rooms/${roomId}/scheduled/${body.id}`, { sendAt: soon() })
    await dialog.getByText('Nothing waits to be sent.').waitFor({ timeout: longMs })
    await alice.message(text).waitFor()
  })
})
