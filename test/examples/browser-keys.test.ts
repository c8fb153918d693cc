import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import { desktop, hasFocus, type Visitor } from './visitor.js'

/** What has the focus, by its name, or else its text; throws where it has fallen to the body. */
async function focused({ page }: Visitor): Promise<string> {
  const name = await page.evaluate(`(() => {
    const { activeElement, body } = document
    if (!activeElement || activeElement === body) return null
    return activeElement.getAttribute('aria-label') ?? activeElement.textContent.trim()
  })()`)
  if (name === null) throw new Error('the focus has fallen to the body')
  return String(name)
}

describeInBrowser('the page of the demo, by keys alone', { timeout: startsMs }, () => {
  const people = stage()

  /** Presses keys one after another, as somebody does who looks at what each of them did. */
  async function press(visitor: Visitor, ...keys: string[]): Promise<void> {
    for (const key of keys) await visitor.page.keyboard.press(key)
  }
  const type = ({ page }: Visitor, text: string) => page.keyboard.type(text)

  /** Goes on by Tab, or back by Shift and Tab, until something has the focus. */
  async function tabTo(visitor: Visitor, name: string | RegExp, key = 'Tab'): Promise<void> {
    const passed: string[] = []
    const isThere = (at: string) => (typeof name === 'string' ? at === name : name.test(at))
    for (let n = 0; n < 30; n += 1) {
      const at = await focused(visitor)
      if (isThere(at)) return
      passed.push(at)
      await press(visitor, key)
    }
    throw new Error(`${name} is not reached by ${key}: ${passed.join(', ')}`)
  }

  it('a message is written, answered, looked at, reacted to, edited and deleted', async () => {
    const roomId = await people.room('Keys')
    for (const text of ['First', 'Second'])
      await people.demo.bob.call('POST', `/chat/rooms/${roomId}/messages`, { text })
    const alice = await people.enter(roomId, 'Alice', desktop)
    await alice.message('Second').waitFor()

    // An opened room is ready to be written in.
    await eventually(() => hasFocus(alice.composer)).toBe(true)
    await type(alice, 'Mine')
    await press(alice, 'Enter')
    await eventually(() => alice.message('Mine').locator('.mark').textContent()).toBe('Sent')

    // The messages are one stop before the field, and the arrows move among them.
    await tabTo(alice, /^You, /, 'Shift+Tab')
    await press(alice, 'ArrowUp')
    expect(await hasFocus(alice.message('Second'))).toBe(true)
    await press(alice, 'Home', 'End', 'ArrowUp', 'ArrowUp')
    expect(await hasFocus(alice.message('First'))).toBe(true)

    // Enter opens the menu of a message, on its first item: arrows and Enter copy, and do not react.
    await alice.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await press(alice, 'Enter')
    expect(await focused(alice)).toBe('Reply')
    await press(alice, 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter')
    await alice.page.getByText('Copied', { exact: true }).waitFor()
    expect(await alice.page.evaluate('navigator.clipboard.readText()')).toBe('First')
    expect(await alice.message('First').locator('.chip').count()).toBe(0)
    expect(await hasFocus(alice.message('First'))).toBe(true)

    // Letters find items; Escape closes, and the focus goes back to where it came from.
    await press(alice, 'Enter', 'd', 'Enter')
    await alice.page.getByRole('dialog', { name: 'Message details' }).waitFor()
    await press(alice, 'Escape')
    await eventually(() => hasFocus(alice.message('First'))).toBe(true)
    await press(alice, 'Enter', 'End', 'Home', 'ArrowUp', 'ArrowDown')
    expect(await focused(alice)).toBe('Reply')
    await press(alice, 'Escape')
    expect(await hasFocus(alice.message('First'))).toBe(true)

    // The reactions stand above the items, a Tab away.
    await press(alice, 'Enter', 'Tab')
    expect(await focused(alice)).toMatch(/^👍/)
    await press(alice, 'ArrowRight', 'Enter')
    await eventually(() => alice.message('First').locator('.chip[aria-pressed]').textContent()).toBe('❤️1')
    expect(await hasFocus(alice.message('First'))).toBe(true)

    // A reply is written in the field, and Escape there takes it back.
    await press(alice, 'Enter', 'Enter')
    await eventually(() => hasFocus(alice.composer)).toBe(true)
    await press(alice, 'Escape')
    await tabTo(alice, /^Bob, /, 'Shift+Tab')
    await press(alice, 'Enter', 'Enter')
    await type(alice, 'An answer')
    await press(alice, 'Enter')
    await alice.message('An answer').locator('.quote').waitFor()
    await eventually(() => alice.message('An answer').locator('.mark').textContent()).toBe('Sent')

    // The arrow up in the empty field edits what I wrote last.
    await press(alice, 'ArrowUp')
    await type(alice, ', edited')
    await press(alice, 'Enter')
    await alice.message('An answer, edited').waitFor()

    // Delete is the last item; the focus stays with what is left of the message.
    await tabTo(alice, /^Bob, /, 'Shift+Tab')
    await press(alice, 'End', 'Enter', 'End')
    expect(await focused(alice)).toBe('Delete')
    await press(alice, 'Enter')
    await alice.page.getByRole('dialog', { name: 'Delete message?' }).waitFor()
    await tabTo(alice, 'Delete')
    await press(alice, 'Enter')
    await alice.message('Message deleted').waitFor()
    await eventually(() => focused(alice)).toMatch(/^You, /)

    // What is typed anywhere goes to the room, and ? shows the keys.
    await press(alice, '?')
    await alice.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await alice.shoot('keyboard-shortcuts')
    await press(alice, 'Escape')
    await eventually(() => focused(alice)).toMatch(/^You, /)
    await type(alice, 'Anywhere? Yes')
    expect(await alice.composer.inputValue()).toBe('Anywhere? Yes')
    expect(await hasFocus(alice.composer)).toBe(true)
  })

  it('emoji are chosen, from the field above them or among them', async () => {
    const alice = await people.enter(await people.room('Keys for emoji'), 'Alice', desktop)
    await eventually(() => hasFocus(alice.composer)).toBe(true)
    await tabTo(alice, 'Emoji')
    await press(alice, 'Enter')
    expect(await focused(alice)).toBe('Search emoji')
    await type(alice, 'heart')
    await press(alice, 'ArrowDown', 'ArrowRight', 'ArrowLeft', 'End', 'Home', 'Enter')
    expect(await alice.composer.inputValue()).toBe('❤️')
    expect(await hasFocus(alice.composer)).toBe(true)
    await tabTo(alice, 'Emoji')
    await press(alice, 'Enter', 'Escape')
    expect(await focused(alice)).toBe('Emoji')
  })

  it('what is typed into the search while the room is on its way stays there', async () => {
    const alice = await people.open('about:blank', desktop)
    let answer = () => {}
    const answered = new Promise<void>((resolve) => {
      answer = resolve
    })
    await alice.page.route(/\/chat\/rooms/, async (route) => {
      await answered
      await route.continue()
    })
    await alice.page.goto(people.demo.links.alice)
    await alice.page.getByRole('searchbox', { name: 'Search rooms, people and messages' }).focus()
    await alice.page.keyboard.type('b')
    answer()
    await alice.composer.waitFor()
    await alice.page.keyboard.type('ob')
    await alice.page.getByRole('region', { name: 'People' }).getByText('Bob').waitFor()
    expect(await alice.composer.inputValue()).toBe('')
  })

  it('rooms are one stop, found by letters and arrows, and opened ready to be written in', async () => {
    for (const name of ['Alpha', 'Beta', 'Gamma']) await people.room(name)
    const alice = await people.enter(people.demo.roomId, 'Alice', desktop)
    for (const name of ['Alpha', 'Beta', 'Gamma']) await alice.room(name).waitFor()
    await press(alice, 'Control+k')
    expect(await focused(alice)).toBe('Search rooms, people and messages')
    await press(alice, 'Tab')
    expect(await focused(alice)).toBe('Threads')
    await press(alice, 'Tab')
    expect(await hasFocus(alice.room('Welcome'))).toBe(true)
    await press(alice, 'Tab')
    expect(await alice.page.evaluate('document.activeElement.matches(".room-row")')).toBe(false)
    await press(alice, 'Shift+Tab', 'b')
    expect(await hasFocus(alice.room('Beta'))).toBe(true)
    await press(alice, 'Home', 'ArrowUp')
    expect(await focused(alice)).toBe('Search rooms, people and messages')
    await press(alice, 'ArrowDown', 'End')
    await press(alice, 'g', 'Enter')
    await eventually(alice.heading).toBe('Gamma')
    await eventually(() => hasFocus(alice.composer)).toBe(true)
    await press(alice, 'Alt+ArrowDown')
    await eventually(alice.heading).not.toBe('Gamma')
    await eventually(() => hasFocus(alice.composer)).toBe(true)
  })

  it('a conversation is started, and its details are looked at', async () => {
    await people.demo.signIn('Dora')
    const alice = await people.enter(people.demo.roomId, 'Alice', desktop)
    await eventually(() => hasFocus(alice.composer)).toBe(true)
    await tabTo(alice, 'New conversation', 'Shift+Tab')
    await press(alice, 'Enter')
    expect(await focused(alice)).toBe('Search by name')
    await type(alice, 'Dora')
    await alice.page.getByRole('dialog').locator('button.person').getByText('Dora').waitFor()
    await press(alice, 'ArrowDown', 'ArrowUp', 'ArrowDown', 'Enter')
    expect(await focused(alice)).toBe('Search by name')
    await tabTo(alice, 'Start chat')
    await press(alice, 'Enter')
    await eventually(alice.heading).toBe('Dora')
    await eventually(() => hasFocus(alice.composer)).toBe(true)

    await press(alice, 'Control+k')
    await type(alice, 'Welcome')
    await alice.page.getByRole('region', { name: 'My rooms' }).getByText('Welcome').waitFor()
    await press(alice, 'ArrowDown', 'Enter')
    await eventually(alice.heading).toBe('Welcome')
    await eventually(() => hasFocus(alice.composer)).toBe(true)
    await tabTo(alice, 'About this room', 'Shift+Tab')
    await press(alice, 'Enter')
    await alice.page.getByRole('button', { name: 'More about Bob' }).waitFor()
    await tabTo(alice, /^More about/)
    await press(alice, 'b', 'Enter')
    expect(await focused(alice)).toBe('Send a private message')
    await press(alice, 'Escape')
    expect(await focused(alice)).toBe('More about Bob')
    await press(alice, 'Escape')
    await eventually(() => focused(alice)).toBe('About this room')
  })
})
