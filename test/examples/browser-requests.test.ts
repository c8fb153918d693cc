import type { Locator } from 'playwright-core'
import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import { hasFocus, lineIsCut, linkInto, type Visitor } from './visitor.js'

describeInBrowser('who is asked first on the page of the demo', { timeout: startsMs }, () => {
  const people = stage({ CONTACT: 'ask' })

  /** Somebody who is in no room with Bob asks him. */
  const ask = async (room: object, name = 'Carol') => {
    const { client } = await people.demo.signIn(name)
    const answer = await client.call('POST', '/chat/rooms', { userIds: ['bob'], ...room })
    expect(answer.status).toBe(201)
    return answer.body.id
  }
  const requests = ({ page }: Visitor) => page.getByRole('region', { name: 'Requests' })

  it('sees at once that somebody wants to write, and talks to them once that is accepted', async () => {
    const bob = await people.enter(people.demo.roomId, 'Bob')
    await bob.room('Welcome').waitFor()
    expect(await requests(bob).count()).toBe(0)
    const roomId = await ask({ type: 'private' })
    await requests(bob).getByText('Wants to write to you').waitFor()
    expect(await bob.room('Carol').count()).toBe(0)
    await bob.shoot('request')
    await requests(bob).getByRole('button', { name: 'Accept Carol' }).press('Enter')
    await requests(bob).waitFor({ state: 'detached' })
    await bob.room('Carol').waitFor()
    await eventually(() => bob.heading()).toBe('Carol')
    const carol = await people.enter(roomId, 'Carol')
    await bob.write('Hello')
    await carol.message('Hello').waitFor()
  })

  it('tells whoever adds a stranger that they were asked, and whoever makes a group with one', async () => {
    const { client, token } = await people.demo.signIn('Erin')
    await people.demo.signIn('Frank')
    const roomId = (await client.call('POST', '/chat/rooms', { type: 'group', name: 'Mine' })).body.id
    const erin = await people.open(linkInto(people.demo.origin, roomId, token))
    const { page } = erin
    await page.locator('.heading').click()
    const panel = page.getByRole('region', { name: 'About this room' })
    await panel.getByRole('button', { name: 'Add people' }).click()
    const adding = page.getByRole('dialog', { name: 'Add people' })
    const choose = async (dialog: Locator) => {
      await dialog.getByLabel('Search by name').fill('Fra')
      await dialog.getByRole('list', { name: 'Found' }).getByRole('button', { name: 'Frank' }).click()
    }
    await choose(adding)
    await adding.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('Frank was asked, and will be here once they accept.').waitFor()
    await adding.waitFor({ state: 'detached' })
    await panel.getByText('1 member', { exact: true }).waitFor()
    await erin.shoot('asked')
    await page.getByRole('button', { name: 'New conversation' }).click()
    const making = page.getByRole('dialog', { name: 'New conversation' })
    await making.getByText('Group', { exact: true }).click()
    await making.getByLabel('Name', { exact: true }).fill('Ours')
    await choose(making)
    await making.getByRole('button', { name: 'Create group' }).click()
    await page.getByText('Whoever doesn’t know you was asked, and will be here once they accept.').waitFor()
  })

  it('is told that it is not known who asks, and tries again', async () => {
    await ask({ type: 'group', name: 'Later' }, 'Grace')
    const bob = await people.open('about:blank')
    bob.excuse(lineIsCut)
    await bob.page.route('**/rooms?requests=*', (route) => route.abort())
    await bob.page.goto(people.demo.links.bob)
    // From the welcome on, which reads them once more, they are tried again by hand alone.
    await bob.room('Welcome').waitFor()
    await requests(bob).getByText('The server can’t be reached').waitFor()
    await bob.shoot('requests-failed')
    await bob.page.unroute('**/rooms?requests=*')
    await requests(bob).getByRole('button', { name: 'Try again' }).press('Enter')
    await requests(bob).getByRole('button', { name: 'Refuse Later' }).click()
    await requests(bob).waitFor({ state: 'detached' })
  })

  it('refuses to come into a room, and is asked no more', async () => {
    const roomId = await ask({ type: 'group', name: 'Strangers' }, 'Dave')
    const bob = await people.enter(people.demo.roomId, 'Bob')
    await requests(bob).getByText('Dave asks you to come in').waitFor()
    await requests(bob).getByRole('button', { name: 'Refuse Strangers' }).press('Enter')
    await requests(bob).waitFor({ state: 'detached' })
    await eventually(() => hasFocus(bob.composer)).toBe(true)
    expect((await people.demo.bob.call('GET', '/chat/rooms?requests=true')).body.items).toEqual([])
    expect((await people.demo.bob.call('GET', `/chat/rooms/${roomId}`)).status).toBe(404)
  })
})
