import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import { hasFocus, type Visitor } from './visitor.js'

const count = 130
/** What is in the page of a long conversation: what is in sight, and some around it. */
const mostRows = 90

describeInBrowser('a long conversation on the page of the demo', { timeout: startsMs }, () => {
  const people = stage()

  /** A room that Bob has read up to a message, with the numbered lines of Alice. */
  async function longRoom(name: string, readUpTo = count, total = count): Promise<string> {
    const roomId = await people.room(name)
    const { alice, bob } = people.demo
    const socket = await alice.socket()
    // A socket's messages are taken and answered in their order, so only one of fifty has to be waited for.
    for (let n = 1; n <= total; n += 1) {
      const message = { roomId, clientId: `line-${n}`, text: `Line ${n}` }
      if (n % 50 === 0 || n === total) await socket.command('message.send', message)
      else socket.send({ type: 'message.send', id: `line-${n}`, ...message })
    }
    expect(socket.frames.filter(({ type }) => type === 'ok')).toHaveLength(total)
    await socket.close()
    const { body } = await bob.call('GET', `/chat/rooms/${roomId}/messages?q=Line ${readUpTo}`)
    const { seq } = body.items.find(({ text }: { text: string }) => text === `Line ${readUpTo}`)
    await bob.call('PATCH', `/chat/rooms/${roomId}/members/me`, { lastReadSeq: seq })
    return roomId
  }

  const line = (visitor: Visitor, n: number) => visitor.message(`Line ${n}`)
  const rowCount = ({ page }: Visitor) => page.locator('.timeline-rows > *').count()
  /** Turns the wheel until a line is in the page, and in sight. */
  async function scrollUpTo(visitor: Visitor, n: number): Promise<void> {
    await visitor.page.locator('.timeline').hover()
    await eventually(async () => {
      if ((await line(visitor, n).count()) > 0 && (await isInSight(visitor, n))) return true
      await visitor.page.mouse.wheel(0, -200)
      return false
    }).toBe(true)
  }
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
      window.seen = new Set()
      window.mostRows = 0
      const look = () => {
        const texts = document.querySelectorAll('.message:not(.system) .message-text')
        for (const { textContent } of texts) window.seen.add(textContent)
        window.mostRows = Math.max(window.mostRows, document.querySelectorAll('.timeline-rows > *').length)
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
    expect(new Set((await bob.page.evaluate('[...seen]')) as string[])).toEqual(new Set(lines))
    expect(await bob.page.evaluate('mostRows')).toBeLessThan(mostRows)
  })

  it('opens where the new messages begin, and counts those below', async () => {
    const roomId = await longRoom('Unread', count - 40)
    const bob = await people.enter(roomId, 'Bob')
    await line(bob, count - 39).waitFor()
    await bob.page.locator('.unread-divider').waitFor()
    await eventually(() => isInSight(bob, count - 39)).toBe(true)
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
    await scrollUpTo(bob, count - 30)
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

  it('has few rows in the page and scrolls smoothly, with a thousand messages', async () => {
    const total = 1000
    const bob = await people.enter(await longRoom('Thousand', total, total), 'Bob')
    await line(bob, total).waitFor()
    const measured = await bob.page.evaluate(`new Promise((resolve) => {
      const timeline = document.querySelector('.timeline')
      const frames = []
      let mostRows = 0, before = performance.now(), still = 0
      const frame = (now) => {
        frames.push(now - before)
        before = now
        mostRows = Math.max(mostRows, document.querySelectorAll('.timeline-rows > *').length)
        timeline.scrollTop -= 150
        still = timeline.scrollTop === 0 ? still + 1 : 0
        if (still < 60) return requestAnimationFrame(frame)
        const slow = frames.filter((each) => each > 50)
        resolve({ frames: frames.length, slow: slow.length, slowest: Math.round(Math.max(...frames)), mostRows })
      }
      requestAnimationFrame(frame)
    })`)
    const { mostRows: rows, ...times } = measured as { frames: number; slow: number; slowest: number; mostRows: number }
    console.log(`1,000 messages scrolled through: ${JSON.stringify(times)} (slow: above 50 ms; slowest in ms)`)
    expect(await line(bob, 1).count()).toBe(1)
    expect(rows).toBeLessThan(mostRows)
    // And back by keys, which find what is not in the page.
    await line(bob, 1).focus()
    await bob.page.keyboard.press('End')
    await eventually(() => isInSight(bob, total)).toBe(true)
    await eventually(() => hasFocus(line(bob, total))).toBe(true)
    await bob.page.keyboard.press('Home')
    await eventually(() => isInSight(bob, 1)).toBe(true)
    await bob.page.keyboard.press('ArrowDown')
    await eventually(() => hasFocus(line(bob, 1))).toBe(true)
    expect(await rowCount(bob)).toBeLessThan(mostRows)
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

  it('is found from any other room, with what was searched for, and is gone to by keys as well', async () => {
    await longRoom('Far away')
    const bob = await people.enter(await people.room('Near by'), 'Bob')
    const field = bob.page.getByRole('searchbox', { name: 'Search rooms, people and messages' })
    await field.fill('line 123')
    const found = bob.page.getByRole('region', { name: 'Rooms' }).getByRole('region', { name: 'Messages' })
    const hit = found.getByRole('button', { name: 'Far away' })
    expect(await hit.locator('mark').textContent()).toBe('Line 123')
    await bob.shoot('search-everywhere')
    await hit.click()
    await eventually(bob.heading).toBe('Far away')
    await eventually(() => isInSight(bob, 123)).toBe(true)

    await field.fill('line 77')
    await eventually(() => hit.locator('mark').textContent()).toBe('Line 77')
    await field.press('ArrowDown')
    await bob.page.keyboard.press('Enter')
    await eventually(() => isInSight(bob, 77)).toBe(true)
  })
})
