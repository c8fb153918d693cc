import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createMailer } from '../../examples/shop/mails.js'
import { startsMs } from './demo.js'
import { newShop, order, type ShopUser, signIn, type TestShop } from './shop.js'
import { shopStage } from './shop-stage.js'
import { describeInBrowser, eventually } from './stage.js'

const mailsOf = async (user: ShopUser) => (await user.call('GET', '/api/mails')).body

describe('the mails of the shop', () => {
  let shop: TestShop
  let flora: ShopUser
  let ben: ShopUser
  beforeAll(async () => {
    shop = await newShop()
    ;[flora, ben] = [await signIn(shop.origin, 'flora@example.com'), await signIn(shop.origin, 'ben@example.com')]
  })
  afterAll(() => shop?.remove())

  it('tell a seller who is away of an order, once, and where to read it, but not what was said', async () => {
    const orderId = await order(ben, 'Blue bicycle', 'The secret of the bell')
    await expect.poll(() => mailsOf(flora)).toHaveLength(1)
    const [mail] = await mailsOf(flora)
    expect(mail).toMatchObject({
      subject: 'You have a message to read',
      text: `“Blue bicycle”: a message\n${shop.origin}/orders/${orderId}`,
    })
    const [room] = (await ben.call('GET', '/chat/rooms')).body.items
    await ben.call('POST', `/chat/rooms/${room.id}/messages`, { text: 'Are you there?' })
    await expect.poll(() => mailsOf(flora)).toHaveLength(2)
    expect((await mailsOf(flora))[0].subject).toBe('You have 2 messages to read')
    expect(await mailsOf(ben)).toEqual([])
  })

  it('are kept once, however often the same is told', async () => {
    const mail = { to: 'ben@example.com', subject: 'Hello', text: 'Twice', messageId: '<one@example.com>' }
    const mailer = createMailer(shop.prisma, undefined)
    await mailer.sendMail(mail)
    await mailer.sendMail(mail)
    expect((await mailsOf(ben)).map(({ subject }: { subject: string }) => subject)).toEqual(['Hello'])
  })

  it('go to a mail server where there is one', async () => {
    const mails: string[] = []
    const server = new SMTPServer({
      ...{ authOptional: true, disabledCommands: ['STARTTLS'] },
      onData(stream, _session, done) {
        text(stream).then((mail) => done(void mails.push(mail) as undefined), done)
      },
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)))
    const { port } = server.server.address() as AddressInfo
    const other = await newShop({ smtpUrl: `smtp://127.0.0.1:${port}` })
    onTestFinished(other.remove)
    await order(await signIn(other.origin, 'ben@example.com'), 'Kitchen chair')
    await expect.poll(() => mails.length).toBe(1)
    expect(mails[0]).toContain('To: flora@example.com')
    expect(mails[0]).toContain('Subject: You have a message to read')
  })
})

describeInBrowser('the page with the mails', { timeout: startsMs }, () => {
  const people = shopStage()

  it('shows what was mailed to somebody who was away, and who looks is not mailed', async () => {
    const [flora, ben] = [await people.known('Flora'), await people.known('Ben')]
    const buyer = await people.open('/mails', ben)
    await buyer.page.getByText('No mail was sent to you').waitFor()
    const orderId = await order(ben, 'Monstera', 'Is it heavy?')
    await expect.poll(() => mailsOf(flora)).toHaveLength(1)
    const looking = await people.open('/mails', flora)
    await looking.page.getByRole('heading', { name: 'You have a message to read' }).waitFor()
    await looking.shoot('shop-mails')
    await looking.page.getByRole('link', { name: /\/orders\// }).click()
    await buyer.page.goto(`${people.shop.origin}/orders/${orderId}`)
    await buyer.write('Two people should come')
    await looking.message('Two people should come').waitFor()
    await eventually(() => buyer.message('Two people should come').getByText('✓✓ read').count()).toBe(1)
    await order(ben, 'Kitchen chair', 'One more')
    await looking.page.getByRole('navigation').locator('.badge').waitFor()
    expect(await mailsOf(flora)).toHaveLength(1)
  })
})
