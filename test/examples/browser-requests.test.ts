import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import { hasFocus, type Visitor } from './visitor.js'

describeInBrowser('who is asked first on the page of the demo', { timeout: startsMs }, () => {
  const people = stage({ CONTACT: 'ask' })

  /** Carol is in no room with Bob. */
  const ask = async (room: object) => {
    const { client } = await people.demo.signIn('Carol')
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

  it('refuses to come into a room, and is asked no more', async () => {
    const { client } = await people.demo.signIn('Dave')
    const room = { type: 'group', name: 'Strangers', userIds: ['bob'] }
    const roomId = (await client.call('POST', '/chat/rooms', room)).body.id
    const bob = await people.enter(people.demo.roomId, 'Bob')
    await requests(bob).getByText('Dave asks you to come in').waitFor()
    await requests(bob).getByRole('button', { name: 'Refuse Strangers' }).press('Enter')
    await requests(bob).waitFor({ state: 'detached' })
    await eventually(() => hasFocus(bob.composer)).toBe(true)
    expect((await people.demo.bob.call('GET', '/chat/rooms?requests=true')).body.items).toEqual([])
    expect((await people.demo.bob.call('GET', `/chat/rooms/${roomId}`)).status).toBe(404)
  })
})
