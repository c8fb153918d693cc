import type { BrowserContextOptions } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { givenTrip } from './scene.js'
import { checkedByReact, describeInBrowser, stage } from './stage.js'
import { violations } from './violations.js'
import { desktop, phone, type Visitor } from './visitor.js'

describeInBrowser.each(['light', 'dark'] as const)(
  'the views of the demo, %s',
  { timeout: startsMs },
  (colorScheme) => {
    const people = stage(checkedByReact)
    let roomId: string
    beforeAll(async () => {
      roomId = await givenTrip(people.demo)
    }, startsMs)

    const enter = (options: BrowserContextOptions) => people.enter(roomId, 'Alice', { ...options, colorScheme })
    const settled = async (visitor: Visitor) => {
      await visitor.message('I booked it ✅').waitFor()
      await visitor.page.waitForLoadState('networkidle')
    }

    it('are accessible on a desktop: a conversation, its details, its menus and dialogs', async () => {
      const alice = await enter(desktop)
      await settled(alice)
      await alice.shoot(`view-desktop-${colorScheme}`)
      expect(await violations(alice)).toEqual([])

      await alice.page.locator('.heading').click()
      await alice.page.getByRole('region', { name: 'Members' }).getByText('Zoë').waitFor()
      await alice.shoot(`view-details-${colorScheme}`)
      expect(await violations(alice)).toEqual([])
      await alice.page.keyboard.press('Escape')

      await alice.message('I booked it ✅').hover()
      await alice.message('I booked it ✅').getByRole('button', { name: 'More', exact: true }).click()
      expect(await violations(alice)).toEqual([])
      await alice.page.keyboard.press('Escape')

      for (const name of ['New conversation', 'Discover public rooms', 'My profile']) {
        await alice.page.getByRole('button', { name }).click()
        await alice.page.getByRole('dialog').waitFor()
        await alice.shoot(`view-${name.toLowerCase().replaceAll(' ', '-')}-${colorScheme}`)
        expect(await violations(alice)).toEqual([])
        await alice.page.keyboard.press('Escape')
      }
    })

    it('are accessible on a phone: the list, a conversation, a picture', async () => {
      const alice = await enter(phone)
      await settled(alice)
      await alice.shoot(`view-phone-${colorScheme}`)
      expect(await violations(alice)).toEqual([])
      await alice.page.getByRole('button', { name: 'Show view.png' }).tap()
      await alice.page.getByRole('dialog', { name: 'view.png' }).waitFor()
      await alice.shoot(`view-picture-${colorScheme}`)
      expect(await violations(alice)).toEqual([])
      await alice.page.getByRole('button', { name: 'Close', exact: true }).tap()
      await alice.page.getByRole('button', { name: 'All rooms' }).tap()
      await alice.room('Trip to Lisbon').waitFor()
      await alice.shoot(`view-phone-list-${colorScheme}`)
      expect(await violations(alice)).toEqual([])
    })

    it('are accessible before one is signed in, and for admins', async () => {
      const { origin } = people.demo
      const { token } = await people.demo.signIn('Alice')
      for (const [name, path] of [
        ['sign-in', '/'],
        ['admin', `/admin?token=${token}`],
      ] as const) {
        const visitor = await people.open(origin + path, { ...desktop, colorScheme })
        await visitor.page.getByRole('heading', { level: 1 }).waitFor()
        await visitor.shoot(`view-${name}-${colorScheme}`)
        expect(await violations(visitor)).toEqual([])
      }
    })

    it('are used by keys alone', async () => {
      const alice = await enter(desktop)
      await settled(alice)
      const { keyboard } = alice.page
      await keyboard.press('Control+k')
      await keyboard.type('ann')
      await alice.page.getByRole('region', { name: 'My rooms' }).getByText('Announcements').waitFor()
      await keyboard.press('ArrowDown')
      await keyboard.press('Enter')
      await alice.page.locator('.heading').getByText('Announcements').waitFor()
      await keyboard.press('Control+k')
      await keyboard.press('Escape')
      await alice.page.goBack()
      await settled(alice)
      await alice.composer.focus()
      await alice.page.locator('.message').last().focus()
      await keyboard.press('ArrowUp')
      await keyboard.press('Enter')
      await alice.page.getByRole('menuitem', { name: 'Reply', exact: true }).focus()
      await keyboard.press('Enter')
      await keyboard.type('By keys')
      await keyboard.press('Enter')
      await alice.message('By keys').locator('.quote').waitFor()
    })
  },
)
