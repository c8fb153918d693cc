import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { blockOf } from '../readme.js'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import type { Visitor } from './visitor.js'

/** Whoever a push service is, somebody knocks at its door: it has no certificate here, so nobody comes in. */
async function givenPushService() {
  let knocks = 0
  const server = createServer((socket) => {
    knocks += 1
    socket.on('error', () => undefined).destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { endpoint: `https://127.0.0.1:${(server.address() as AddressInfo).port}/push`, knocks: () => knocks }
}

/** A browser without a screen has no push service of its own, and shows no notification; all else is real. */
const withPushes = (endpoint: string) => `{
  const keys = { p256dh: 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM', auth: 'tBHItJI5svbpez7KI4CCXg' }
  const subscription = { endpoint: ${JSON.stringify(endpoint)}, toJSON: () => ({ endpoint: subscription.endpoint, keys }) }
  let isThere = false
  PushManager.prototype.subscribe = async () => { isThere = true; return subscription }
  PushManager.prototype.getSubscription = async () => (isThere ? subscription : null)
  Object.defineProperty(Notification, 'permission', { get: () => 'granted' })
  Notification.requestPermission = async () => 'granted'
}`

/** As a tab that another one covers. */
const hide = ({ page }: Visitor) =>
  page.evaluate(`Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true })
    dispatchEvent(new Event('visibilitychange'))`)

describeInBrowser('notifications in the demo', { timeout: startsMs }, () => {
  const people = stage({ NOTIFY_AFTER: '0' })

  it('are sent once somebody wants them and does not look, are shown, and open their room', async () => {
    const service = await givenPushService()
    const [quiet, busy] = [await people.room('Quiet'), await people.room('Busy')]
    const bob = await people.enter(quiet, 'bob')
    await bob.page.addInitScript(withPushes(service.endpoint))
    await bob.page.reload()
    await bob.page.getByRole('button', { name: /profile/i }).click()
    const wanted = bob.page.getByRole('switch', { name: 'Notify me' })
    await wanted.click()
    await eventually(() => wanted.isChecked()).toBe(true)
    await bob.page.keyboard.press('Escape')
    await hide(bob)
    let count = 0
    // He may be looked at before it is stored that he turned away; what comes later has him looked at again.
    await eventually(async () => {
      count += 1
      const said = { text: `Are you there? ${count}`, clientId: `${count}` }
      await people.demo.alice.call('POST', `/chat/rooms/${busy}/messages`, said)
      return service.knocks()
    }).toBeGreaterThan(0)

    const cdp = await bob.context.newCDPSession(bob.page)
    const registered = new Promise<string>((resolve) => {
      cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => {
        if (first) resolve(first.registrationId)
      })
    })
    await cdp.send('ServiceWorker.enable')
    const registrationId = await registered
    const [worker] = bob.context.serviceWorkers()
    if (!worker) throw new Error('there is no worker')
    await worker.evaluate(
      '{ registration.showNotification = async (title, options) => { globalThis.shown = { title, ...options } } }',
    )
    const data = JSON.stringify({
      title: 'Busy',
      body: 'Alice: Are you there?',
      roomId: busy,
      userId: 'bob',
      unread: 1,
    })
    await cdp.send('ServiceWorker.deliverPushMessage', { origin: people.demo.origin, registrationId, data })
    await eventually(() => worker.evaluate('globalThis.shown')).toMatchObject({
      ...{ title: 'Busy', body: 'Alice: Are you there?', tag: busy },
    })
    await worker.evaluate(`{
      const click = Object.assign(new Event('notificationclick'), {
        notification: { close() {}, data: shown.data },
        // Only a real click may bring a page to the front.
        waitUntil: (opened) => opened.catch(() => undefined),
      })
      dispatchEvent(click)
    }`)
    await eventually(bob.heading).toBe('Busy')

    await bob.page.getByRole('button', { name: /profile/i }).click()
    await wanted.click()
    await eventually(() => wanted.isChecked()).toBe(false)
  })

  it('are shown by the worker that the page on notifications has', () => {
    const worker = readFileSync(new URL('../../examples/demo/page/public/push-worker.js', import.meta.url), 'utf8')
    const shown = blockOf('docs/notifications.md', 'test/examples/browser-push.test.ts: worker')
    expect(worker).toContain(shown)
  })
})
