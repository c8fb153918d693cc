import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { order } from './shop.js'
import { shopStage } from './shop-stage.js'
import { describeInBrowser, eventually } from './stage.js'

describeInBrowser('people of the shop', { timeout: startsMs }, () => {
  const people = shopStage()

  it('block each other: what the other one writes is hidden, until it is to be shown', async () => {
    const [seller, buyer] = [await people.known('Flora'), await people.stranger('Carl')]
    const path = `/orders/${await order(buyer, 'Kitchen chair', 'Chairs!')}`
    const [flora, carl] = [await people.open(path, seller), await people.open(path, buyer)]
    await flora.page.getByRole('button', { name: 'Block Carl' }).click()
    await flora.page.getByText('You block who wrote this.').waitFor()
    await flora.shoot('shop-blocked')
    await carl.write('And tables!')
    await eventually(() => flora.page.getByText('You block who wrote this.').count()).toBe(2)
    expect(await flora.texts()).toEqual([])
    await flora.page.getByRole('button', { name: 'Show' }).first().click()
    await flora.message('Chairs!').waitFor()

    await flora.page.getByRole('link', { name: 'Messages' }).click()
    await flora.page.getByText('You block who wrote this.').waitFor()
    await carl.write('Hello?')
    await order(await people.stranger('Fritz'), 'Film camera', 'And the film?')
    await flora.page.getByText('Fritz: And the film?').waitFor()
    await eventually(() => flora.page.getByRole('navigation').locator('.badge').textContent()).toBe('1 unread')
    expect(await flora.page.getByText('Hello?').count()).toBe(0)

    await flora.page.goto(people.shop.origin + path)
    await flora.page.getByRole('button', { name: 'Unblock Carl' }).click()
    await flora.message('And tables!').waitFor()
  })

  it('do not sell to whom they block', async () => {
    const [seller, buyer] = [await people.known('Flora'), await people.stranger('Dora')]
    await order(buyer, 'Guitar for travelling')
    expect((await seller.call('PUT', `/chat/users/me/blocks/${buyer.id}`)).status).toBe(201)
    await expect(order(buyer, 'Monstera')).rejects.toThrow('403: The seller does not sell to you')
  })

  it('report a message, which the back office reads, deletes, and silences its author for', async () => {
    const [seller, buyer] = [await people.known('Flora'), await people.known('Ben')]
    const path = `/orders/${await order(buyer, 'Blue bicycle', 'Your bicycle is ugly')}`
    const flora = await people.open(path, seller)
    await flora.message('Your bicycle is ugly').hover()
    await flora.page.getByRole('button', { name: 'Report', exact: true }).click()
    const dialog = flora.page.getByRole('dialog', { name: 'What is wrong with it?' })
    await dialog.getByLabel('Reason').selectOption('It is hurtful')
    await dialog.getByLabel('What else should we know?').fill('And it is not true')
    await flora.shoot('shop-report')
    await dialog.getByRole('button', { name: 'Report', exact: true }).click()
    await flora.page.getByText('Somebody of the shop will look at it.').waitFor()

    const sam = await people.open('/back-office', await people.known('Sam'))
    await sam.page.getByText('And it is not true').waitFor()
    await sam.page.getByRole('button', { name: 'Read the conversation' }).click()
    await sam.page.getByRole('list', { name: 'The conversation' }).getByText('Your bicycle is ugly').waitFor()
    await sam.shoot('shop-back-office')
    await sam.page.getByRole('button', { name: 'Delete, and silence for a week' }).click()
    await sam.page.getByText('Nothing is reported. All is well.').waitFor()
    await flora.page.getByText('This was deleted.').waitFor()
    const ben = await people.open(path, buyer)
    await ben.page.getByText('The shop lets you read only, until').waitFor()
    expect(await ben.composer.count()).toBe(0)
    expect((await buyer.call('GET', '/api/back-office/people')).status).toBe(403)
    expect((await buyer.call('GET', '/chat/moderation/reports')).status).toBe(404)
  })

  it('are signed out at once when the back office locks their account, and come back when it is unlocked', async () => {
    const user = await people.stranger('Gustav')
    const gustav = await people.open('/messages', user)
    await gustav.page.getByText('A conversation begins with an order.').waitFor()
    gustav.excuse(/401/)
    const sam = await people.open('/back-office', await people.known('Sam'))
    await sam.page.getByRole('button', { name: 'Lock Gustav' }).click()
    await gustav.page.getByRole('heading', { name: 'Good to see you' }).waitFor()
    expect((await user.call('GET', '/api/me')).body).toBeNull()
    gustav.excuse(/403/)
    await gustav.page.getByLabel('E-mail').fill('gustav@example.com')
    await gustav.page.getByLabel('Password').fill('password')
    await gustav.page.getByRole('button', { name: 'Sign in' }).click()
    await gustav.page.getByText('This account is locked').waitFor()
    await sam.page.getByRole('button', { name: 'Unlock Gustav' }).click()
    await sam.page.getByRole('button', { name: 'Lock Gustav' }).waitFor()
    await gustav.page.getByRole('button', { name: 'Sign in' }).click()
    await gustav.page.getByRole('link', { name: 'Gustav' }).waitFor()
  })

  it('delete their account, and nothing of them is left', async () => {
    const user = await people.stranger('Zebulon')
    const listing = { title: 'A hat', description: 'As zebulon wears it', emoji: '📦', price: 100 }
    await user.call('POST', '/api/listings', listing)
    const path = `/orders/${await order(user, 'Monstera', 'I am zebulon')}`
    const [zebulon, flora] = [await people.open(path, user), await people.open(path, await people.known('Flora'))]
    await zebulon.page.getByLabel('Files to send').setInputFiles({
      ...{ name: 'zebulon.txt', mimeType: 'text/plain', buffer: Buffer.from('All that zebulon knows') },
    })
    await zebulon.write('A file')
    await flora.page.getByRole('link', { name: 'zebulon.txt' }).waitFor()
    expect(await places('zebulon')).toEqual(
      expect.arrayContaining(['Listing', 'User', 'chat_messages', 'chat_users', 'files']),
    )

    await zebulon.page.getByRole('link', { name: 'Zebulon', exact: true }).click()
    await zebulon.page.getByLabel('I mean it').check()
    zebulon.excuse(/401/)
    await zebulon.shoot('shop-account')
    await zebulon.page.getByRole('button', { name: 'Delete my account' }).click()
    await zebulon.page.getByRole('heading', { name: 'Good to see you' }).waitFor()
    await eventually(() => places('zebulon')).toEqual([])
    await flora.page.getByRole('heading', { name: 'Deleted user' }).waitFor()
    await flora.page.getByText('Nobody is left to read what you write.').waitFor()
    await flora.page.getByText('bought by somebody who is gone').waitFor()
    await eventually(() => flora.page.getByText('This was deleted.').count()).toBe(2)
    await flora.shoot('shop-erased')
    expect((await user.call('GET', '/api/me')).body).toBeNull()
  })

  /** The tables of the database that hold a word, and whether a file does. */
  async function places(word: string): Promise<string[]> {
    const { prisma, data } = people.shop
    const tables: { name: string }[] = await prisma.$queryRawUnsafe(
      `SELECT name FROM sqlite_master WHERE type = 'table'`,
    )
    const found: string[] = []
    for (const { name } of tables) {
      const rows = await prisma.$queryRawUnsafe(`SELECT * FROM "${name}"`)
      if (JSON.stringify(rows, asText).toLowerCase().includes(word)) found.push(name)
    }
    const files = await readdir(join(data, 'files'), { recursive: true, withFileTypes: true })
    for (const file of files.filter((each) => each.isFile())) {
      if ((await readFile(join(file.parentPath, file.name), 'latin1')).includes(word)) found.push('files')
    }
    return found
  }
})

const asText = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
