import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import type { Visitor } from './visitor.js'

const count = 130

describeInBrowser('a long conversation on the page of the demo', { timeout: startsMs }, () => {
  const people = stage()

  /** A room that Bob has read up to a message, with the numbered lines of Alice. */
  async function longRoom(name: string, readUpTo = count): Promise<string> {
    const roomId = await people.room(name)
    const { alice, bob } = people.demo
    for (let first = 1; first <= count; first += 10) {
      const lines = Array.from({ length: 10 }, (_, n) => `Line ${first + n}`)
      for (const text of lines) await alice.call('POST', `/chat/rooms/${roomId}/messages`, { text })
    }
    const { body } = await bob.call('GET', `/chat/rooms/${roomId}/messages?q=Line ${readUpTo}`)
    const { seq } = body.items.find(({ text }: { text: string }) => text === `Line ${readUpTo}`)
    await bob.call('PATCH', `/chat/rooms/${roomId}/members/me`, { lastReadSeq: seq })
    return roomId
  }

  const line = (visitor: Visitor, n: number) => visitor.message(`Line ${n}`)
  const isInSight = async (visitor: Visitor, n: number) => {
    const [box, frame] = [await line(visitor, n).boundingBox(), await visitor.page.locator('.timeline').boundingBox()]
    return box !== null && frame !== null && box.y >= frame.y - 1 && box.y + box.height <= frame.y + frame.height + 1
  }

  it('is read upwards to its beginning without a jump', async () => {
    const bob = await people.enter(await longRoom('Upwards'), 'Bob')
    await line(bob, count).waitFor()
    expect(await isInSight(bob, count)).toBe(true)
    const timeline = bob.page.locator('.timeline')
    // In the page: what stands on top must be where it was in each frame while older messages come in above.
    await bob.page.evaluate(`(() => {
      const timeline = document.querySelector('.timeline')
      window.jumps = []
      let row, top, scrollTop
      const look = () => {
        if (row && row.isConnected) {
          const moved = row.getBoundingClientRect().top - top - (window.scrolledBy ?? 0)
          if (Math.abs(moved) > 2) window.jumps.push(moved)
        }
        window.scrolledBy = 0
        row = document.elementFromPoint(timeline.getBoundingClientRect().x + 300, timeline.getBoundingClientRect().y + 200)?.closest('[data-key]')
        top = row?.getBoundingClientRect().top
        requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
      window.scrollUp = () => {
        const before = timeline.scrollTop
        timeline.scrollTop -= 240
        window.scrolledBy += before - timeline.scrollTop
      }
    })()`)
    await eventually(async () => {
      await bob.page.evaluate('requestAnimationFrame(scrollUp)')
      return line(bob, 1).count()
    }).toBe(1)
    await eventually(async () => {
      await bob.page.evaluate('requestAnimationFrame(scrollUp)')
      return timeline.evaluate((element) => Reflect.get(element, 'scrollTop'))
    }).toBe(0)
    expect(await bob.page.evaluate('jumps')).toEqual([])
    const lines = Array.from({ length: count }, (_, n) => `Line ${n + 1}`)
    expect(await bob.texts()).toEqual(lines)
  })

  it('opens where the new messages begin, and counts those below', async () => {
    const roomId = await longRoom('Unread', count - 40)
    const bob = await people.enter(roomId, 'Bob')
    await line(bob, count - 39).waitFor()
    await bob.page.locator('.unread-divider').waitFor()
    expect(await isInSight(bob, count - 39)).toBe(true)
    expect(await isInSight(bob, count)).toBe(false)
    const down = bob.page.locator('.to-latest')
    await down.locator('.badge').waitFor()
    await bob.shoot('unread-divider')
    await down.click()
    await eventually(() => isInSight(bob, count)).toBe(true)
    await down.waitFor({ state: 'detached' })
    await bob.room('Unread').locator('.badge').waitFor({ state: 'hidden' })
  })

  it('stays where one reads while others write, and tells how much is new', async () => {
    const bob = await people.enter(await longRoom('Reading'), 'Bob')
    await line(bob, count).waitFor()
    const roomId = new URL(bob.page.url()).pathname.split('/')[2] as string
    await line(bob, count - 30).scrollIntoViewIfNeeded()
    await bob.page.locator('.to-latest').waitFor()
    const before = await line(bob, count - 30).boundingBox()
    for (const text of ['New 1', 'New 2'])
      await people.demo.alice.call('POST', `/chat/rooms/${roomId}/messages`, { text })
    await eventually(() => bob.page.locator('.to-latest .badge').textContent()).toBe('2')
    const after = await line(bob, count - 30).boundingBox()
    // Browsers lay out in fractions of a pixel, and scroll by whole ones.
    expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(1)
  })

  it('stays at its end while what stands there grows, as pictures do', async () => {
    const bob = await people.enter(await longRoom('Growing'), 'Bob')
    await line(bob, count).waitFor()
    await bob.page.evaluate(`(() => {
      document.querySelector('.timeline-rows').lastElementChild.style.paddingBottom = '300px'
      // Told of an earlier scrolling before anybody is told of the height.
      document.querySelector('.timeline').dispatchEvent(new Event('scroll'))
    })()`)
    const below = `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('.timeline'))`
    await eventually(() => bob.page.evaluate(below)).toBeLessThan(2)
  })

  it('is searched, and jumps to what was found, and to what a reply answers', async () => {
    const roomId = await longRoom('Search')
    const { alice } = people.demo
    const found = await alice.call('GET', `/chat/rooms/${roomId}/messages?q=Line 7`)
    const seventh = found.body.items.find(({ text }: { text: string }) => text === 'Line 7')
    await alice.call('POST', `/chat/rooms/${roomId}/messages`, { text: 'About that', replyToId: seventh.id })
    const bob = await people.enter(roomId, 'Bob')
    await bob.message('About that').locator('.quote').click()
    await eventually(() => isInSight(bob, 7)).toBe(true)
    await bob.page.locator('.to-latest').click()
    await bob.message('About that').waitFor()

    await bob.page.getByRole('button', { name: 'Search in this room' }).click()
    await bob.page.getByRole('searchbox', { name: 'Search messages' }).fill('line 123')
    await bob.page.getByRole('list', { name: 'Found messages' }).getByText('Line 123').click()
    await eventually(() => isInSight(bob, 123)).toBe(true)
    await bob.shoot('search')
  })
})
