import { createECDH, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { Agent } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { NotifyOptions } from 'express-chat'
import nodemailer from 'nodemailer'
import { SMTPServer } from 'smtp-server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import webpush from 'web-push'
import { givenNotifying } from '../notifications/given.js'
import { blockOf, execute } from '../readme.js'
import { givenGroup } from '../realtime/given.js'

const block = (name: string): string =>
  blockOf('docs/notifications.md', `test/docs/notification-recipes.test.ts: ${name}`)

/** The handler of a recipe, with these names around it. */
const recipe = async (name: string, scope: Record<string, unknown>) =>
  (await execute(`${block('line')}\n${block(name)}\nreturn handler`, scope)) as NotifyOptions['handler']

/** A server of HTTP that remembers what it was asked, and answers as it is told. */
async function givenServer(answer: (url: string, body: string) => [status: number, body?: unknown]) {
  const asked: { url: string; headers: IncomingMessage['headers']; body: string }[] = []
  const server = createServer(async (request, response) => {
    const { url = '', headers } = request
    const body = await text(request)
    asked.push({ url, headers, body })
    const [status, said = ''] = answer(url, body)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { asked, port: (server.address() as AddressInfo).port }
}

/** Alice writes to Bob, who is away. */
async function write(handler: NotifyOptions['handler'], ...texts: string[]) {
  const { host } = await givenNotifying(undefined, 1, () => ({ handler, backoff: () => 50 }))
  const roomId = await givenGroup(host, 'alice', 'bob')
  for (const each of texts) await host.chat.messages.send('alice', roomId, { text: each })
  return { host, roomId }
}

describe('a recipe for notifications', () => {
  it('sends mails', async () => {
    const mails: string[] = []
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        text(stream).then((mail) => {
          mails.push(mail)
          done()
        }, done)
      },
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)))
    const smtpUrl = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`
    const emailOf = async (userId: string) => `${userId}@example.com`
    await write(await recipe('mail', { nodemailer, smtpUrl, emailOf }), 'Are you coming?')
    await vi.waitFor(() => expect(mails).toHaveLength(1))
    expect(mails[0]).toContain('To: bob@example.com')
    expect(mails[0]).toContain('Subject: A message for you')
    expect(mails[0]).toMatch(/^Message-ID: <[\w-]+@example.com>/m)
    expect(mails[0]).toMatch(/A group\r\nAlice: Are you coming\?/)
  })

  it('sends pushes to browsers, and forgets those that want no more', async () => {
    const { asked, port } = await givenServer((url) => [url === '/gone' ? 410 : 201])
    // What a browser gives a page that subscribes.
    const subscriptionAt = (path: string) => {
      const key = createECDH('prime256v1')
      key.generateKeys()
      const keys = { p256dh: key.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') }
      return { endpoint: `https://127.0.0.1:${port}/${path}`, keys }
    }
    const forgotten: string[] = []
    const pushes = {
      of: async () => ['gone', 'bob'].map(subscriptionAt),
      forget: async (endpoint: string) => void forgotten.push(new URL(endpoint).pathname),
    }
    // The push service that the test plays has no certificate.
    class Plain extends Agent {
      override createConnection(options: { port?: number }) {
        return connect(Number(options.port), '127.0.0.1')
      }
    }
    const agent = new Plain()
    const vapid = webpush.generateVAPIDKeys()
    const plain = Object.assign(Object.create(webpush), {
      sendNotification: (...[to, payload, options]: Parameters<typeof webpush.sendNotification>) =>
        webpush.sendNotification(to, payload, { ...options, agent }),
    })
    await write(await recipe('push', { webpush: plain, vapid, pushes }), 'Are you coming?')
    await vi.waitFor(() => expect(asked).toHaveLength(2))
    await vi.waitFor(() => expect(forgotten).toEqual(['/gone']))
    expect(asked[1]).toMatchObject({
      url: '/bob',
      headers: {
        ttl: '86400',
        'content-encoding': 'aes128gcm',
        authorization: expect.stringMatching(/^vapid t=.*, k=/),
      },
    })
  })

  it('sends pushes to apps made with Expo, and forgets those that are no longer there', async () => {
    const { asked, port } = await givenServer((_, body) => {
      const messages: { to: string }[] = JSON.parse(body)
      const gone = { status: 'error', details: { error: 'DeviceNotRegistered' } }
      return [200, { data: messages.map(({ to }) => (to.includes('gone') ? gone : { status: 'ok', id: to })) }]
    })
    const forgotten: string[] = []
    const tokens = {
      of: async () => ['ExponentPushToken[gone]', 'ExponentPushToken[bob]'],
      forget: async (token: string) => void forgotten.push(token),
    }
    const { roomId } = await write(
      await recipe('expo', { expoUrl: `http://127.0.0.1:${port}`, tokens }),
      'Are you coming?',
    )
    await vi.waitFor(() => expect(forgotten).toEqual(['ExponentPushToken[gone]']))
    const said = { title: 'A group', body: 'Alice: Are you coming?', badge: 1, data: { roomId } }
    expect(asked.map(({ body }) => JSON.parse(body))).toEqual([
      ['ExponentPushToken[gone]', 'ExponentPushToken[bob]'].map((to) => ({ to, ...said })),
    ])
  })
})
