import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diskStorage } from 'express-chat'
import { type Browser, type BrowserContextOptions, chromium, type Locator } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest'
import { describeInBrowser, eventually } from '../examples/stage.js'
import { desktop, hasFocus, phone, type Visitor, visit } from '../examples/visitor.js'
import { longMs } from '../patience.js'
import { quietLogger, sharedHost } from '../realtime/given.js'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Signed in by a cookie of the site, or by a token, which goes first. */
function resolveUser({ headers: { authorization, cookie } }: IncomingMessage) {
  const id = /^Bearer (\w+)$/.exec(authorization ?? '')?.[1] ?? /user=(\w+)/.exec(cookie ?? '')?.[1]
  return id ? { id, name: id } : null
}

describeInBrowser('the page of the API, in a browser', { timeout: longMs }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'docs-page-'))
  const host = sharedHost({ resolveUser, storage: diskStorage({ directory }), logger: quietLogger() })
  afterAll(() => rmSync(directory, { recursive: true }))
  let browser: Browser
  let visitors: Visitor[] = []
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: inject('chromium'), args: ['--no-sandbox'] })
  })
  afterAll(() => browser?.close())
  afterEach(async () => {
    const troubles = visitors.flatMap((visitor) => visitor.troubles())
    await Promise.all(visitors.map(({ context }) => context.close()))
    visitors = []
    expect(troubles).toEqual([])
  })

  /** Somebody reads the page, signed in by a cookie if a name is given. */
  async function read({ as, hash = '', ...options }: BrowserContextOptions & { as?: string; hash?: string } = {}) {
    const visitor = await visit(browser, `${host.origin}/chat/docs${hash}`, { ...desktop, ...options })
    visitors.push(visitor)
    visitor.excuse(/^Failed to load resource: the server responded with a status of/)
    if (as) await visitor.context.addCookies([{ name: 'user', value: as, url: host.origin }])
    const { page } = visitor
    const entry = (id: string) => page.locator(`[id="${id}"]`)
    return {
      ...visitor,
      visitor,
      entry,
      unfold: (id: string) => entry(id).locator('> summary').click(),
      send: (id: string) => entry(id).locator('button[type=submit]').click(),
      status: (id: string) => entry(id).locator('.answer .status').textContent(),
      body: async (id: string) => JSON.parse((await entry(id).locator('.answer .text').textContent()) ?? ''),
    }
  }
  const field = (entry: Locator, name: string) => entry.locator('label', { hasText: name }).locator('input, textarea')

  it('tries an operation with the session of the reader, and shows status, headers and body', async () => {
    const page = await read({ as: 'alice' })
    await page.unfold('createRoom')
    await field(page.entry('createRoom'), 'Body').fill('{ "type": "group", "name": "<b>Kitchen</b>" }')
    await page.send('createRoom')
    await eventually(() => page.status('createRoom')).toMatch(/^201 Created · \d+ ms$/)
    const room = await page.body('createRoom')
    expect(room).toMatchObject({ name: '<b>Kitchen</b>', createdById: 'alice' })
    expect(await page.entry('createRoom').locator('.answer pre').first().textContent()).toContain(
      'content-type: application/json',
    )

    // The id of the room is needed again, so it stands in the fields of that name.
    await page.unfold('sendMessage')
    await field(page.entry('sendMessage'), 'roomId').fill(room.id)
    await field(page.entry('sendMessage'), 'Body').fill('{ "text": "Tried" }')
    await page.send('sendMessage')
    await eventually(() => page.status('sendMessage')).toContain('201')
    await page.unfold('listMessages')
    expect(await field(page.entry('listMessages'), 'roomId').inputValue()).toBe(room.id)
    await page.send('listMessages')
    await eventually(() => page.status('listMessages')).toContain('200')
    expect((await page.body('listMessages')).items.at(-1)).toMatchObject({ text: 'Tried', user: { id: 'alice' } })
    await page.visitor.shoot('docs-tried')
  })

  it('asks before it deletes, and does nothing if the reader does not want to', async () => {
    const room = await host.chat.rooms.create('alice', { type: 'group', name: 'Kept', userIds: [] })
    const page = await read({ as: 'alice' })
    await page.unfold('deleteRoom')
    await field(page.entry('deleteRoom'), 'roomId').fill(room.id)
    const asked: string[] = []
    let answer = false
    page.page.on('dialog', (dialog) => {
      asked.push(dialog.message())
      return answer ? dialog.accept() : dialog.dismiss()
    })
    await page.send('deleteRoom')
    expect(asked).toEqual([expect.stringContaining('DELETE /rooms/{roomId}')])
    expect(await host.chat.rooms.get('alice', room.id)).toMatchObject({ id: room.id })
    answer = true
    await page.send('deleteRoom')
    await eventually(() => page.status('deleteRoom')).toContain('204')
    await expect(host.chat.rooms.get('alice', room.id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('sends a token that was pasted in place of the cookies, and forgets it with the page', async () => {
    const page = await read({ as: 'alice' })
    await page.unfold('getMe')
    await page.send('getMe')
    await eventually(() => page.status('getMe')).toContain('200')
    expect(await page.body('getMe')).toMatchObject({ id: 'alice' })
    await page.page.locator('#sign-in input').fill('Bearer bob')
    await page.send('getMe')
    await eventually(async () => (await page.body('getMe')).id).toBe('bob')
    const kept = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])'
    expect(await page.page.evaluate(kept)).not.toContain('bob')
    await page.page.reload()
    expect(await page.page.locator('#sign-in input').inputValue()).toBe('')
  })

  it('uploads a file, and shows no bytes', async () => {
    const page = await read({ as: 'alice' })
    await page.unfold('uploadMedia')
    const file = { name: 'soup.txt', mimeType: 'text/plain', buffer: Buffer.from('Soup') }
    await page.entry('uploadMedia').locator('input[type=file]').setInputFiles(file)
    await page.send('uploadMedia')
    await eventually(() => page.status('uploadMedia')).toContain('201')
    expect(await page.body('uploadMedia')).toMatchObject({ filename: 'soup.txt', byteSize: 4 })
  })

  it('shows a refusal as it is', async () => {
    const page = await read()
    await page.unfold('listRooms')
    await page.send('listRooms')
    await eventually(() => page.status('listRooms')).toContain('401')
    expect(await page.body('listRooms')).toMatchObject({ code: 'unauthenticated' })
  })

  it('opens a socket, sends a command and shows what is said', async () => {
    const room = await host.chat.rooms.create('alice', { type: 'group', name: 'Heard', userIds: [] })
    const page = await read({ as: 'alice', hash: '#client.message.send' })
    const command = page.entry('client.message.send')
    await field(command, 'Frame').fill(
      JSON.stringify({ type: 'message.send', roomId: room.id, clientId: 'x', text: 'Hi' }),
    )
    await page.send('client.message.send')
    const frames = page.page.locator('.frames')
    await eventually(() => frames.locator('summary').allTextContents()).toEqual(
      expect.arrayContaining(['→ hello', '← welcome', '← ready', '→ message.send', '← ok', '← message.created']),
    )
    await page.page.getByRole('button', { name: 'Disconnect' }).click()
    await frames.getByText('closed with 1005').waitFor()
    expect((await host.chat.messages.list('alice', room.id)).items.at(-1)).toMatchObject({ text: 'Hi' })
  })

  it('finds entries by their words, by keys alone', async () => {
    const page = await read()
    const { keyboard } = page.page
    const shown = () =>
      page.page.locator('.entry:visible').evaluateAll((all) => all.map((each) => String(Reflect.get(each, 'id'))))
    await keyboard.press('/')
    await keyboard.type('delete message')
    await eventually(shown).toEqual(expect.arrayContaining(['deleteMessage', 'client.message.delete']))
    expect(await shown()).not.toContain('createRoom')
    expect(await page.page.locator('#found').textContent()).toBe(String((await shown()).length))
    await keyboard.press('ArrowDown')
    await keyboard.press('Enter')
    expect(await page.entry((await shown())[0] ?? '').getAttribute('open')).toBe('')
    await keyboard.press('ArrowUp')
    expect(await hasFocus(page.page.locator('#filter'))).toBe(true)
    await keyboard.type(' of no such thing')
    await page.page.getByText('Nothing here has these words.').waitFor()
    await keyboard.press('Escape')
    await eventually(async () => (await shown()).length).toBeGreaterThan(150)
  })

  it('has an address for each entry, which unfolds it', async () => {
    const page = await read({ hash: '#server.message.updated' })
    expect(await page.entry('server.message.updated').getAttribute('open')).toBe('')
    await page.page.locator('nav').getByRole('link', { name: 'Edit a message' }).click()
    await eventually(() => page.entry('editMessage').getAttribute('open')).toBe('')
    expect(page.page.url()).toMatch(/#editMessage$/)
  })

  it('unfolds an object where it is named, and folds it again', async () => {
    const page = await read({ hash: '#server.message.created' })
    const message = page.entry('server.message.created').locator('a.ref', { hasText: 'Message' }).first()
    await message.click()
    const inside = page.entry('server.message.created').locator('.inside')
    expect(await inside.locator('> ul > li > code:first-child').allTextContents()).toEqual(
      expect.arrayContaining(['seq', 'text', 'createdAt']),
    )
    await message.click()
    expect(await inside.count()).toBe(0)
  })

  it('copies a line for the reader’s own site', async () => {
    const page = await read({ hash: '#listRooms', permissions: ['clipboard-read', 'clipboard-write'] })
    await page.entry('listRooms').getByRole('button', { name: 'Copy' }).first().click()
    await page.entry('listRooms').getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.page.evaluate('navigator.clipboard.readText()')).toContain(
      `curl '${host.origin}/chat/rooms?limit=20'`,
    )
  })

  it('is whole without its script', async () => {
    const page = await read({ javaScriptEnabled: false })
    await page.unfold('sendMessage')
    await page.entry('sendMessage').getByText('canCreateMessages').waitFor()
    expect(await page.page.locator('#filter, #sign-in, .try').filter({ visible: true }).count()).toBe(0)
  })

  it.each([
    ['desktop', desktop, 'light'],
    ['desktop', desktop, 'dark'],
    ['phone', phone, 'light'],
    ['phone', phone, 'dark'],
  ] as const)(
    'has nothing that axe finds wrong, nor anything wider than the screen: %s, %#',
    async (name, screen, colorScheme) => {
      const page = await read({ ...screen, colorScheme })
      await page.visitor.shoot(`docs-${name}-${colorScheme}`)
      for (const id of [
        'sendMessage',
        'listRooms',
        'uploadMedia',
        'client.message.send',
        'server.welcome',
        'Message',
      ]) {
        await page.unfold(id)
      }
      await page.page.evaluate(await readFile(axe, 'utf8'))
      const found = (await page.page.evaluate('axe.run().then(({ violations }) => violations)')) as {
        id: string
        nodes: { target: string[] }[]
      }[]
      expect(found.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target }) => target)}`)).toEqual([])
      expect(await page.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
      await page.page.locator('[id="sendMessage"]').scrollIntoViewIfNeeded()
      await page.visitor.shoot(`docs-${name}-${colorScheme}-entry`)
    },
  )
})
