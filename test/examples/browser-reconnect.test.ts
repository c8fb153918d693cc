import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import jsonwebtoken from 'jsonwebtoken'
import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import { lineIsCut, linkInto } from './visitor.js'

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name} ${n + 1}`)

describeInBrowser('the page of the demo, when the line is cut', { timeout: startsMs }, () => {
  const people = stage()

  it('goes on by itself after kill -9 of the server while Alice writes: nothing is lost, nothing twice', async () => {
    const roomId = await people.room('Crash')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    for (const visitor of [alice, bob]) visitor.excuse(lineIsCut)
    const lines = numbered('Line', 16)
    let killed: Promise<unknown> | undefined
    for (const line of lines) {
      await alice.write(line)
      if (line === 'Line 8') {
        await bob.message('Line 5').waitFor()
        killed = people.demo.end('SIGKILL')
      }
    }
    await killed
    for (const { bar } of [alice, bob]) await bar.getByText('Reconnecting').waitFor()
    await alice.shoot('reconnecting')
    expect(await alice.texts()).toEqual(lines)

    await people.restart()
    for (const { bar } of [alice, bob]) await bar.waitFor({ state: 'hidden' })
    // Else his may come between hers, which go out one after another.
    await eventually(() => bob.texts()).toEqual(lines)
    await bob.write('Back again')
    for (const visitor of [alice, bob]) {
      await eventually(() => visitor.texts()).toEqual([...lines, 'Back again'])
      expect(await visitor.page.locator('.message.sending, .message.failed').count()).toBe(0)
    }
    const { body } = await people.demo.alice.call('GET', `/chat/rooms/${roomId}/messages?limit=100`)
    expect(body.items.slice(1).map(({ text }: { text: string }) => text)).toEqual([...lines, 'Back again'])
    expect(body.items.map(({ seq }: { seq: number }) => seq)).toEqual(body.items.map((_: unknown, n: number) => n + 1))
  })

  it('keeps what is written offline and sends it when the page is back', async () => {
    const roomId = await people.room('Tunnel')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    for (const visitor of [alice, bob]) visitor.excuse(lineIsCut)
    await alice.write('Into the tunnel')
    await bob.message('Into the tunnel').waitFor()

    await alice.context.setOffline(true)
    await alice.bar.getByText('You are offline').waitFor()
    const dark = numbered('In the dark', 3)
    for (const text of dark) await alice.write(text)
    const outside = numbered('In the light', 3)
    for (const text of outside) await bob.write(text)
    await bob.message('In the light 3').waitFor()
    await alice.shoot('offline')
    expect(await alice.texts()).toEqual(['Into the tunnel', ...dark])
    expect(await alice.page.locator('.message.sending').count()).toBe(3)
    expect(await bob.texts()).toEqual(['Into the tunnel', ...outside])

    await alice.context.setOffline(false)
    await alice.bar.waitFor({ state: 'hidden' })
    for (const visitor of [alice, bob]) {
      await eventually(() => visitor.texts()).toEqual(['Into the tunnel', ...outside, ...dark])
    }
    await eventually(() => alice.page.locator('.message.sending').count()).toBe(0)
  })

  it('learns what happened in other rooms meanwhile', async () => {
    const [open, other] = [await people.room('In front'), await people.room('Behind')]
    const bob = await people.enter(open, 'Bob')
    bob.excuse(lineIsCut)
    await bob.room('Behind').waitFor()
    await bob.context.setOffline(true)
    await bob.bar.getByText('You are offline').waitFor()
    const { alice } = people.demo
    for (const text of ['One', 'Two']) await alice.call('POST', `/chat/rooms/${other}/messages`, { text })
    await alice.call('DELETE', `/chat/rooms/${open}`)
    await bob.context.setOffline(false)
    await eventually(() => bob.room('Behind').locator('.badge').textContent()).toBe('2 unread')
    await bob.room('In front').waitFor({ state: 'detached' })
    await bob.room('Behind').click()
    await eventually(() => bob.texts()).toEqual(['One', 'Two'])
  })

  it('survives half a minute without network in which both sides write, edit and react', async () => {
    const roomId = await people.room('Long tunnel')
    const [alice, bob] = [await people.open('about:blank'), await people.enter(roomId, 'Bob')]
    for (const visitor of [alice, bob]) visitor.excuse(lineIsCut)
    await alice.page.clock.install()
    await alice.page.goto(linkInto(people.demo.origin, roomId, (await people.demo.signIn('Alice')).token))
    await alice.page.locator('.heading').waitFor()
    await alice.write('Before the tunnel')
    await bob.message('Before the tunnel').waitFor()
    await alice.context.setOffline(true)
    await alice.bar.getByText('You are offline').waitFor()
    await alice.write('From inside')
    await bob.write('From outside')
    await bob.choose(bob.message('From outside'), 'Edit')
    await bob.write('From outside, edited')
    await bob.message('Before the tunnel').hover()
    await bob.message('Before the tunnel').getByRole('button', { name: 'React' }).click()
    await bob.page.getByRole('dialog', { name: 'Choose a reaction' }).getByText('👍').click()
    // The page lives through it at once: what it would do, by any timer of its own, it has done.
    await alice.page.clock.runFor(30_000)
    expect(await alice.texts()).toEqual(['Before the tunnel', 'From inside'])
    await alice.context.setOffline(false)
    for (const visitor of [alice, bob]) {
      await eventually(() => visitor.texts()).toEqual(['Before the tunnel', 'From outside, edited', 'From inside'])
    }
    const chip = alice.message('Before the tunnel').locator('.chip[aria-pressed]')
    await eventually(() => chip.textContent()).toBe('👍1')
    expect(await alice.page.locator('.message.sending, .message.failed').count()).toBe(0)
  })

  it('keeps what was written offline over a reload', async () => {
    const roomId = await people.room('Reload')
    const alice = await people.enter(roomId, 'Alice')
    alice.excuse(lineIsCut)
    await people.demo.end('SIGKILL')
    await alice.bar.getByText('Reconnecting').waitFor()
    await alice.write('Written before the reload')
    await people.restart()
    await alice.page.reload()
    await alice.message('Written before the reload').waitFor()
    await eventually(() => alice.page.locator('.message.sending').count()).toBe(0)
    const { body } = await people.demo.alice.call('GET', `/chat/rooms/${roomId}/messages`)
    expect(body.items.filter(({ text }: { text: string }) => text === 'Written before the reload')).toHaveLength(1)
  })

  it('saves what was edited, deleted and reacted to offline, over a reload, in order with what was written', async () => {
    const roomId = await people.room('Changes in a tunnel')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    for (const visitor of [alice, bob]) visitor.excuse(lineIsCut)
    const before = ['First', 'Second', 'Third']
    for (const text of before) await alice.write(text)
    await bob.message('Third').waitFor()
    const { body } = await people.demo.alice.call('GET', `/chat/rooms/${roomId}`)

    // The page itself can be loaded again, and finds no way to the chat.
    await alice.page.route('**/chat/ws-ticket', (route) => route.abort())
    await alice.context.setOffline(true)
    await alice.bar.getByText('You are offline').waitFor()
    await alice.choose(alice.message('First'), 'Edit')
    await alice.write('First, edited')
    await alice.choose(alice.message('Second'), 'Delete')
    await alice.page.getByRole('button', { name: 'Delete' }).click()
    await alice.message('Third').hover()
    await alice.message('Third').getByRole('button', { name: 'React' }).click()
    await alice.page.getByRole('dialog', { name: 'Choose a reaction' }).getByText('👍').click()
    await alice.write('Fourth')
    await alice.message('Fourth').locator('.bubble').click({ button: 'right' })
    await alice.page.getByRole('menuitem', { name: 'Edit' }).click()
    await alice.write('Fourth, edited')
    const after = ['First, edited', 'Message deleted', 'Third', 'Fourth, edited']
    await eventually(() => alice.texts()).toEqual(after)
    expect(await alice.page.locator('.mark.waiting').count()).toBe(3)
    expect(await alice.page.locator('.toast').count()).toBe(0)
    await alice.shoot('changes-offline')
    expect(await bob.texts()).toEqual(before)

    await alice.context.setOffline(false)
    await alice.page.reload()
    await alice.page.unroute('**/chat/ws-ticket')
    for (const visitor of [alice, bob]) await eventually(() => visitor.texts()).toEqual(after)
    await eventually(() => bob.message('Third').locator('.chip[aria-pressed]').textContent()).toBe('👍1')
    await eventually(() => alice.page.locator('.mark.waiting, .message.sending').count()).toBe(0)
    const changes = `/chat/rooms/${roomId}/changes?since=${body.revision}`
    const { events } = (await people.demo.alice.call('GET', changes)).body
    expect(events.map(({ type }: { type: string }) => type)).toEqual([
      ...['message.updated', 'message.deleted', 'message.updated', 'message.created'],
    ])
  })

  it('shows at a message what was refused of it after a time offline, to be tried again or dismissed', async () => {
    const roomId = await people.room('Refused changes')
    const bob = await people.enter(roomId, 'Bob')
    bob.excuse(lineIsCut)
    const allow = (canEditOwnMessages: boolean) =>
      people.demo.alice.call('PATCH', `/chat/rooms/${roomId}/members/bob`, { permissions: { canEditOwnMessages } })
    await bob.write('As it was')
    await bob.message('As it was').locator('.mark').getByText('Sent').waitFor({ state: 'attached' })
    await bob.context.setOffline(true)
    await bob.bar.getByText('You are offline').waitFor()
    await bob.choose(bob.message('As it was'), 'Edit')
    await bob.write('As it should be')
    await bob.message('As it should be').waitFor()
    await allow(false)
    await bob.context.setOffline(false)
    const failure = bob.message('As it was').locator('.failure')
    await failure.getByText('Edit not saved').waitFor()
    await bob.shoot('refused-edit')
    await allow(true)
    await failure.getByRole('button', { name: 'Try again' }).click()
    await bob.message('As it should be').waitFor()
    await eventually(() => bob.page.locator('.failure, .mark.waiting').count()).toBe(0)
  })

  it('shows what the server refused, to be tried again, edited, or discarded', async () => {
    const roomId = await people.room('Refused')
    const bob = await people.enter(roomId, 'Bob')
    bob.excuse(lineIsCut)
    const allow = (canCreateMessages: boolean) =>
      people.demo.alice.call('PATCH', `/chat/rooms/${roomId}/members/bob`, { permissions: { canCreateMessages } })
    await bob.context.setOffline(true)
    await bob.bar.getByText('You are offline').waitFor()
    await bob.write('Again')
    await bob.write('Too late')
    await bob.write('Never mind')
    await allow(false)
    await bob.context.setOffline(false)
    const failed = bob.page.locator('.message.failed')
    await eventually(() => failed.count()).toBe(3)
    await bob.page.getByText('You can’t write in this room').waitFor()
    await bob.shoot('failed')
    await failed.last().getByRole('button', { name: 'Discard' }).click()
    await eventually(() => failed.count()).toBe(2)
    await allow(true)
    await bob.composer.waitFor()
    await failed.first().getByRole('button', { name: 'Try again' }).click()
    await eventually(() => failed.count()).toBe(1)
    await failed.getByRole('button', { name: 'Edit' }).click()
    await eventually(() => bob.composer.inputValue()).toBe('Too late')
    await bob.composer.fill('In time')
    await bob.page.getByRole('button', { name: 'Save' }).click()
    await eventually(() => bob.message('In time').locator('.mark').textContent()).toBe('Sent')
    await eventually(() => bob.texts()).toEqual(['Again', 'In time'])
  })

  it('keeps what was not sent when the room is taken away, to be copied or discarded', async () => {
    const roomId = await people.room('Taken away')
    const bob = await people.enter(roomId, 'Bob')
    bob.excuse(/^Failed to load resource: (net::ERR_|.* 404)|^WebSocket connection to .* failed/)
    await bob.context.setOffline(true)
    await bob.bar.getByText('You are offline').waitFor()
    await bob.write('My last words')
    await people.demo.alice.call('DELETE', `/chat/rooms/${roomId}/members/bob`)
    await bob.context.setOffline(false)
    await bob.page.getByText('You were removed from Taken away').waitFor()
    const unsent = bob.page.getByRole('region', { name: 'Not sent' })
    await unsent.getByText('My last words').waitFor()
    await bob.shoot('unsent')
    await bob.page.reload()
    await unsent.getByText('My last words').waitFor()
    await unsent.getByRole('button', { name: 'Discard' }).click()
    await unsent.waitFor({ state: 'detached' })
  })

  it('says that the session is over once a token has expired, and leads back to the room', async () => {
    const roomId = await people.room('Expiry')
    const secret = await readFile(join(people.place.data, 'secret'), 'utf8')
    const token = jsonwebtoken.sign({ name: 'Alice' }, secret, { subject: 'alice', expiresIn: 4 })
    const alice = await people.open(linkInto(people.demo.origin, roomId, token))
    alice.excuse(/status of 401/)
    await alice.page.locator('.heading').waitFor()
    await alice.bar.getByText('You are signed out').waitFor()
    await alice.shoot('signed-out')
    await alice.bar.getByRole('link', { name: 'Sign in again' }).click()
    await alice.page.getByLabel('Name').fill('Alice')
    await alice.page.getByRole('button', { name: 'Sign in' }).click()
    await eventually(alice.heading).toBe('Expiry')
  })
})
