import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import { desktop, hasFocus, linkInto, phone } from './visitor.js'

describeInBrowser('rooms and who is in them, on the page of the demo', { timeout: startsMs }, () => {
  const people = stage()

  it.each([
    ['a phone', phone],
    ['a small laptop', { viewport: { width: 1280, height: 720 } }],
  ])('are started with what ends the form in sight, on %s', async (device, options) => {
    const alice = await people.enter(people.demo.roomId, 'Alice', options)
    if (device === 'a phone') await alice.tap(alice.page.getByRole('button', { name: 'All rooms' }))
    await alice.page.getByRole('button', { name: 'New conversation' }).click()
    const dialog = alice.page.getByRole('dialog', { name: 'New conversation' })
    // The field would bring up the keyboard of a phone.
    expect(await hasFocus(dialog.getByRole('searchbox'))).toBe(device !== 'a phone')
    for (const [type, hint, action] of [
      ['Private', 'Just the two of you', 'Start chat'],
      ['Group', 'Everyone in the group can read and write', 'Create group'],
      ['Channel', 'Only admins post', 'Create channel'],
    ] as const) {
      await dialog.getByRole('radio', { name: type }).check()
      await dialog.getByText(hint).waitFor()
      const box = await dialog.getByRole('button', { name: action }).boundingBox()
      if (!box) throw new Error('not shown')
      expect(box.y + box.height).toBeLessThanOrEqual(options.viewport.height)
      await alice.shoot(`new-${type.toLowerCase()}-on-${device.replaceAll(' ', '-')}`)
    }
    await dialog.getByText('Anyone can find it, join it and read its whole history').waitFor()
  })

  it('are listed further as one scrolls down, and are found by name though they are not listed', async () => {
    const { client } = await people.demo.signIn('Mia')
    const ids: string[] = []
    for (const name of ['Oldest', 'Second', ...Array.from({ length: 103 }, (_, n) => `Room ${n}`)]) {
      ids.push((await client.call('POST', '/chat/rooms', { type: 'group', name })).body.id)
    }
    const mia = await people.enter(ids.at(-1) as string, 'Mia', desktop)
    await mia.room('Room 102').waitFor()
    expect(await mia.room('Oldest').count()).toBe(0)
    await mia.page.getByRole('searchbox').fill('Oldest')
    await mia.room('Oldest').waitFor()

    const again = await people.enter(ids.at(-1) as string, 'Mia', desktop)
    await again.room('Room 102').waitFor()
    expect(await again.room('Second').count()).toBe(0)
    await again.page.getByRole('button', { name: 'Show more rooms' }).scrollIntoViewIfNeeded()
    await again.room('Second').waitFor()
    await again.room('Second').scrollIntoViewIfNeeded()
    await again.shoot('many-rooms')
    await eventually(() => again.page.getByRole('button', { name: 'Show more rooms' }).count()).toBe(0)
  })

  it('tell who is added, and by whom', async () => {
    const bob = await people.enter(people.demo.roomId, 'Bob', desktop)
    await people.room('Surprise')
    await bob.page.getByRole('alert').getByText('Alice added you to Surprise').waitFor()
    await bob.shoot('added')
    await bob.room('Surprise').waitFor()
  })

  it('show two ticks once everyone has read, and who has so far', async () => {
    const roomId = await people.room('Ticks')
    await people.demo.signIn('Carol')
    await people.demo.alice.call('POST', `/chat/rooms/${roomId}/members`, { userId: 'carol' })
    const alice = await people.enter(roomId, 'Alice')
    await alice.write('Everyone?')
    const mark = alice.message('Everyone?').locator('.mark')
    const bob = await people.enter(roomId, 'Bob')
    await bob.message('Everyone?').waitFor()
    await alice.choose(alice.message('Everyone?'), 'Details')
    const details = alice.page.getByRole('dialog', { name: 'Message details' })
    await details.getByRole('list', { name: 'Read by 1 of 2' }).getByText('Bob').waitFor()
    await details.getByRole('list', { name: 'Not read yet' }).getByText('Carol').waitFor()
    expect(await mark.textContent()).toBe('Sent')
    await alice.shoot('read-by')
    await alice.page.keyboard.press('Escape')
    const carol = await people.enter(roomId, 'Carol')
    await carol.message('Everyone?').waitFor()
    await eventually(() => mark.textContent()).toBe('Read by everyone')
  })

  it('stand as a skeleton until they are read', async () => {
    const { token } = await people.demo.signIn('Alice')
    const alice = await people.open('about:blank')
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await alice.page.route('**/chat/rooms?*', async (route) => {
      await held
      await route.continue()
    })
    await alice.page.goto(`${people.demo.origin}/chat/?token=${token}`)
    await alice.page.locator('.room-row.skeleton').first().waitFor()
    await alice.page.getByText('Loading rooms…').waitFor()
    // Who wants less motion has nothing that breathes without an end, nor flickers.
    const breathing = `document.querySelector('.room-row.skeleton').getAnimations()[0].effect.getTiming()`
    expect(await alice.page.evaluate(breathing)).toMatchObject({ iterations: 1, duration: 1400 })
    await alice.shoot('skeleton')
    release()
    await alice.room('Welcome').waitFor()
    await eventually(() => alice.page.locator('.room-row.skeleton').count()).toBe(0)
  })

  it('are opened by links whose token leaves the address, and by several people in one browser', async () => {
    const roomId = await people.room('Links')
    const alice = await people.enter(roomId, 'Alice')
    const path = `/chat/${roomId}/`
    expect(new URL(alice.page.url()).pathname + new URL(alice.page.url()).search).toBe(`${path}?as=alice`)
    await alice.room('Welcome').click()
    await eventually(alice.heading).toBe('Welcome')
    await alice.page.goBack()
    await eventually(alice.heading).toBe('Links')
    expect(alice.page.url()).not.toContain('token')
    await alice.page.reload()
    await eventually(alice.heading).toBe('Links')

    const other = await alice.context.newPage()
    await other.goto(linkInto(people.demo.origin, roomId, (await people.demo.signIn('Bob')).token))
    await other.getByRole('button', { name: 'My profile' }).getByText('Bob').waitFor()
    await alice.page.reload()
    await alice.page.getByRole('button', { name: 'My profile' }).getByText('Alice').waitFor()

    const third = await alice.context.newPage()
    await third.goto(new URL((await alice.room('Welcome').getAttribute('href')) ?? '', people.demo.origin).href)
    await third.getByRole('button', { name: 'My profile' }).getByText('Alice').waitFor()
    await third.getByRole('button', { name: 'My profile' }).click()
    await third.getByRole('link', { name: 'Sign out' }).click()
    await third.goto(`${people.demo.origin}${path}?as=alice`)
    await third.getByLabel('Password').waitFor()
  })

  it('show a message as people type it, and nothing of it becomes markup', async () => {
    const roomId = await people.room('Text')
    const texts = ['*bold* _italic_ example.com/x', '- one\n- two', '<img src=x onerror="alert(1)">', '`code` and @Bob']
    for (const text of texts) await people.demo.alice.call('POST', `/chat/rooms/${roomId}/messages`, { text })
    const bob = await people.enter(roomId, 'Bob')
    await bob.page.locator('.message-text strong').getByText('bold').waitFor()
    await bob.page.locator('.message-text em').getByText('italic').waitFor()
    const link = bob.page.locator('.message-text a')
    expect(await link.getAttribute('href')).toBe('https://example.com/x')
    expect(await bob.page.locator('.message-text li').allTextContents()).toEqual(['one', 'two'])
    await bob.message('<img src=x onerror="alert(1)">').waitFor()
    expect(await bob.page.locator('.message-text img').count()).toBe(0)
    await bob.shoot('formatted')
  })
})
