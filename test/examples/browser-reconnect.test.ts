import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import { lineIsCut } from './visitor.js'

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name} ${n + 1}`)

describeInBrowser('the page of the demo, when the line is cut', { timeout: startsMs }, () => {
  const people = stage()

  it('goes on by itself after kill -9 of the server while Alice writes: nothing is lost, nothing twice', async () => {
    const roomId = await people.room('Crash')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    for (const visitor of [alice, bob]) visitor.excuse(lineIsCut)
    const lines = numbered('Line', 30)
    let killed: Promise<unknown> | undefined
    for (const line of lines) {
      await alice.write(line)
      if (line === 'Line 12') {
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
})
