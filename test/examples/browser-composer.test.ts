import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { checkedByReact, describeInBrowser, eventually, stage } from './stage.js'
import { hasFocus, phone } from './visitor.js'

const html = { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<script>1</script>') }
const textFile = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('Some notes') })

describeInBrowser('the field in which one writes', { timeout: startsMs }, () => {
  const people = stage(checkedByReact)

  it('keeps the order of what is typed on at once after a mention was chosen, 24 times of 24', async () => {
    const alice = await people.enter(await people.room('Quick mentions'), 'Alice')
    await alice.composer.pressSequentially('@bo')
    await alice.page.getByRole('option', { name: 'Bob' }).waitFor()
    for (let turn = 0; turn < 24; turn += 1) {
      await alice.composer.fill('')
      await alice.page.keyboard.type('Is @bo')
      // Sent to the browser in one go, as fast as it takes them.
      await Promise.all([alice.page.keyboard.press('Enter'), alice.page.keyboard.type('or out?')])
      expect(await alice.composer.inputValue()).toBe('Is @Bob or out?')
    }
  })

  it('keeps it in the middle of a text, after an emoji, and when an edit begins', async () => {
    const alice = await people.enter(await people.room('Carets'), 'Alice')
    const { keyboard } = alice.page
    await alice.composer.fill('Hello , how are you?')
    await alice.composer.press('Home')
    for (let n = 0; n < 6; n += 1) await keyboard.press('ArrowRight')
    await keyboard.type('@bo')
    await alice.page.getByRole('option', { name: 'Bob' }).waitFor()
    await Promise.all([keyboard.press('Enter'), keyboard.type('and all')])
    expect(await alice.composer.inputValue()).toBe('Hello @Bob and all, how are you?')

    await alice.composer.fill('Yes!')
    await keyboard.press('ArrowLeft')
    await alice.page.getByRole('button', { name: 'Emoji', exact: true }).click()
    await alice.page.getByRole('searchbox', { name: 'Search emoji' }).fill('rocket')
    await Promise.all([keyboard.press('Enter'), keyboard.type(' indeed')])
    expect(await alice.composer.inputValue()).toBe('Yes🚀 indeed!')

    await alice.write('Edit me')
    await eventually(() => alice.page.locator('.message.sending').count()).toBe(0)
    await Promise.all([keyboard.press('ArrowUp'), keyboard.type(' now')])
    await keyboard.press('Enter')
    await alice.message('Edit me now').waitFor()
  })

  it('tells how many characters are left near the limit, and does not send more', async () => {
    const alice = await people.enter(await people.room('Limits'), 'Alice')
    const counter = alice.page.locator('.counter')
    await alice.composer.fill('x'.repeat(7000))
    expect(await counter.count()).toBe(0)
    await alice.composer.fill('🎉'.repeat(7900))
    await eventually(() => counter.textContent()).toBe('100 characters left')
    await alice.composer.fill('x'.repeat(8003))
    await alice.page.getByText('This message is 3 characters too long.').waitFor()
    await alice.shoot('too-long')
    await alice.composer.press('Enter')
    expect(await alice.composer.inputValue()).toHaveLength(8003)
    expect(await alice.page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
    for (let n = 0; n < 3; n += 1) await alice.composer.press('Backspace')
    await alice.composer.press('Enter')
    await eventually(() => alice.page.locator('.message.sent:not(.system)').count()).toBe(1)
  })

  it('says why a file keeps a message from being sent, and goes on once that is removed', async () => {
    const alice = await people.enter(await people.room('Refused files'), 'Alice')
    alice.excuse(/status of 415/)
    const send = alice.page.getByRole('button', { name: 'Send', exact: true })
    await alice.page.getByLabel('Files', { exact: true }).setInputFiles([html])
    await alice.composer.fill('See the file')
    await alice.page.getByText('“page.html” was not uploaded. Remove it to send the message without it.').waitFor()
    await alice.shoot('refused-upload')
    // The same file would be refused again.
    expect(await alice.page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    expect(await send.isDisabled()).toBe(true)
    await alice.page.getByRole('button', { name: 'Remove page.html' }).click()
    expect(await hasFocus(alice.composer)).toBe(true)
    await alice.composer.press('Enter')
    await alice.message('See the file').waitFor()
  })

  it('offers to try again where that can help', async () => {
    const alice = await people.enter(await people.room('Lost uploads'), 'Alice')
    alice.excuse(/Failed to load resource/)
    let isCut = true
    await alice.page.route('**/chat/media', (route) => (isCut ? route.abort() : route.continue()))
    await alice.page.getByLabel('Files', { exact: true }).setInputFiles([textFile('notes.txt')])
    const again = alice.page.getByRole('button', { name: 'Try again' })
    await again.waitFor()
    isCut = false
    await again.click()
    await alice.page.locator('.upload.done').waitFor()
  })

  it.each(['a desktop', 'a phone'])('keeps the name of a file beside its button on %s', async (device) => {
    const alice = await people.enter(
      await people.room(`Names on ${device}`),
      'Alice',
      device === 'a phone' ? phone : {},
    )
    const name = `${'a very long name of a file '.repeat(6)}.txt`
    await alice.page
      .getByLabel('Files', { exact: true })
      .setInputFiles([textFile(name), textFile(`${'x'.repeat(150)}.txt`)])
    await eventually(() => alice.page.locator('.upload.done').count()).toBe(2)
    await alice.shoot(`long-names-on-${device.replace(' ', '-')}`)
    const items = await alice.page.locator('.upload').all()
    for (const item of items) {
      const [whole, text, button] = await Promise.all([
        item.boundingBox(),
        item.locator('.upload-name').boundingBox(),
        item.locator('.icon-button').boundingBox(),
      ])
      if (!whole || !text || !button) throw new Error('not shown')
      expect(text.x + text.width).toBeLessThanOrEqual(button.x)
      expect(button.x + button.width).toBeLessThanOrEqual(whole.x + whole.width)
    }
  })

  it('moves the focus to the next file, and to the text after the last, when files are removed', async () => {
    const alice = await people.enter(await people.room('Removed files'), 'Alice')
    await alice.page.getByLabel('Files', { exact: true }).setInputFiles([textFile('1.txt'), textFile('2.txt')])
    await eventually(() => alice.page.locator('.upload.done').count()).toBe(2)
    await alice.page.getByRole('button', { name: 'Remove 1.txt' }).focus()
    await alice.page.keyboard.press('Enter')
    expect(await alice.page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Remove 2.txt')
    await alice.page.keyboard.press('Enter')
    expect(await hasFocus(alice.composer)).toBe(true)
  })

  it('keeps a draft over a reload, of each person and room, and the list says so', async () => {
    const [roomId, other] = [await people.room('Drafts'), await people.room('Beside drafts')]
    const alice = await people.enter(roomId, 'Alice')
    await alice.composer.fill('To be continued')
    await alice.page.reload()
    await alice.composer.waitFor()
    expect(await alice.composer.inputValue()).toBe('To be continued')
    await alice.room('Beside drafts').click()
    await eventually(alice.heading).toBe('Beside drafts')
    await alice.room('Drafts').getByText('Draft: To be continued').waitFor()
    await alice.shoot('draft')
    expect(await alice.page.locator('.composer:not([hidden]) textarea').inputValue()).toBe('')
    await alice.room('Drafts').click()
    await eventually(() => alice.composer.inputValue()).toBe('To be continued')
    await alice.composer.press('Enter')
    await alice.message('To be continued').waitFor()
    await alice.page.goto(`${people.demo.origin}/chat/${other}/?token=${(await people.demo.signIn('Bob')).token}`)
    await alice.room('Drafts').getByText('To be continued').waitFor()
    expect(await alice.page.getByText('Draft:').count()).toBe(0)
  })
})
