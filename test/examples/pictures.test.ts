import { type Browser, chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest'
import { picture } from '../media/pictures.js'
import { type Bucket, givenBucket } from '../storage/bucket.js'
import { type Demo, newPlace, type Place, startDemo, startsMs } from './demo.js'
import { describeInBrowser, eventually } from './stage.js'
import { linkInto, type Visitor, visit } from './visitor.js'

describeInBrowser.each(['a folder', 'a bucket'])(
  'two people send pictures to each other, by way of %s',
  { timeout: startsMs },
  (way) => {
    let place: Place
    let bucket: Bucket | undefined
    let demo: Demo
    let browser: Browser
    let [alice, bob] = [] as unknown as [Visitor, Visitor]

    beforeAll(async () => {
      place = await newPlace()
      bucket = way === 'a bucket' ? await givenBucket() : undefined
      const s3 = bucket && {
        ...{ S3_ENDPOINT: bucket.origin, S3_BUCKET: bucket.options.bucket },
        ...{ AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' },
      }
      demo = await startDemo(place, { RATE_FACTOR: '100', ...s3 })
      browser = await chromium.launch({ executablePath: inject('chromium'), args: ['--no-sandbox'] })
      const room = { type: 'group', name: 'Pictures', userIds: ['bob'] }
      const { id } = (await demo.alice.call('POST', '/chat/rooms', room)).body
      ;[alice, bob] = await Promise.all([enter(id, 'Alice'), enter(id, 'Bob')])
    }, startsMs)
    afterAll(async () => {
      await browser?.close()
      await demo?.end('SIGKILL')
      await bucket?.close()
      await place?.remove()
    })
    afterEach(async () => {
      expect([alice, bob].flatMap((visitor) => visitor.troubles())).toEqual([])
    })

    const enter = async (roomId: string, name: string) => {
      const { token } = await demo.signIn(name)
      const visitor = await visit(browser, linkInto(demo.origin, roomId, token))
      await visitor.page.locator('.heading').waitFor()
      return visitor
    }
    const filesOf = async () => [
      { name: 'cat 猫.png', mimeType: 'image/png', buffer: await picture(600, 400) },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Some notes') },
    ]
    /** The width of a picture that is there; runs in the page, of whose elements the tests have no types. */
    const widthOf = (picture: object): number =>
      Reflect.get(picture, 'complete') ? Reflect.get(picture, 'naturalWidth') : 0

    it('which are uploaded, sent with words, seen small and in full, and saved', async () => {
      await alice.page.getByLabel('Files', { exact: true }).setInputFiles(await filesOf())
      await eventually(() => alice.page.locator('.upload.done').count()).toBe(2)
      await alice.shoot(`attached-${way.replace(' ', '-')}`)
      await alice.write('Look at this')
      const seen = bob.message('Look at this')
      const thumbnail = seen.locator('.picture img')
      await eventually(() => thumbnail.evaluate(widthOf)).toBe(512)
      await seen.hover()
      await seen.getByRole('button', { name: 'Reply', exact: true }).click()
      await bob.write('How fine')
      const quoted = alice.message('How fine').locator('.quote')
      expect(await quoted.locator('b').textContent()).toBe('You')
      await eventually(() => quoted.locator('.quote-picture').evaluate(widthOf)).toBe(512)
      await seen.locator('.picture').click()
      await eventually(() => bob.page.locator('.full-picture img').evaluate(widthOf)).toBe(600)
      await bob.shoot(`picture-in-full-${way.replace(' ', '-')}`)
      await bob.page.keyboard.press('Escape')
      const [download] = await Promise.all([bob.page.waitForEvent('download'), seen.locator('.file').click()])
      expect(download.suggestedFilename()).toBe('notes.txt')
      await bob.shoot(`picture-${way.replace(' ', '-')}`)
      expect(await alice.page.locator('.uploads').isHidden()).toBe(true)
    })

    // How the page takes files is the same, wherever they are kept.
    const ofThePage = it.skipIf(way === 'a bucket')
    ofThePage('without words too, dropped into the room', async () => {
      const bytes = (await picture(64, 64)).toString('base64')
      const transfer = await alice.page.evaluateHandle(`(() => {
      const bytes = Uint8Array.from(atob('${bytes}'), (character) => character.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], 'dropped.png', { type: 'image/png' }))
      return transfer
    })()`)
      await alice.page.dispatchEvent('.conversation', 'drop', { dataTransfer: transfer })
      await eventually(() => alice.page.locator('.upload.done img').count()).toBe(1)
      await alice.page.getByRole('button', { name: 'Send', exact: true }).click()
      await eventually(() => bob.page.locator('.message .picture img').last().evaluate(widthOf)).toBe(64)
    })

    ofThePage('and take one away while it uploads, or are told why it is refused', async () => {
      await alice.page.route('**/chat/media', () => undefined)
      const send = alice.page.getByRole('button', { name: 'Send', exact: true })
      await alice.page.getByLabel('Files', { exact: true }).setInputFiles(await filesOf())
      await eventually(() => send.isDisabled()).toBe(false)
      for (let left = 2; left > 0; left -= 1) await alice.page.locator('.upload button').first().click()
      await eventually(() => alice.page.locator('.uploads').isHidden()).toBe(true)
      expect(await send.isDisabled()).toBe(true)
      await alice.composer.fill('Without them')
      expect(await send.isDisabled()).toBe(false)
      await alice.page.unroute('**/chat/media')
      alice.excuse(/status of 415/)
      const page = { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<script>1</script>') }
      await alice.page.getByLabel('Files', { exact: true }).setInputFiles([page])
      await alice.page.getByText('HTML, SVG and XML are not accepted').waitFor()
      await alice.page.getByRole('button', { name: 'Remove page.html' }).click()
      await alice.composer.fill('')
    })

    it('and show their own', async () => {
      const [file] = await filesOf()
      await alice.page.getByRole('button', { name: 'My profile' }).click()
      const dialog = alice.page.getByRole('dialog')
      await dialog.getByLabel('Picture').setInputFiles([file as NonNullable<typeof file>])
      await eventually(() => dialog.locator('.avatar img').count()).toBe(1)
      await alice.page.keyboard.press('Escape')
      // A message that follows one of the same person shows none.
      await bob.write('Who is it?')
      await alice.message('Who is it?').waitFor()
      await alice.write('It is me')
      await eventually(() => bob.message('It is me').locator('.message-avatar img').evaluate(widthOf)).toBe(512)
    })
  },
)
