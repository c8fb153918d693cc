import type { Route } from 'playwright-core'
import { expect, it } from 'vitest'
import { picture } from '../media/pictures.js'
import { startsMs } from './demo.js'
import { checkedByReact, describeInBrowser, eventually, stage } from './stage.js'
import { hasFocus, lineIsCut, phone, type Visitor } from './visitor.js'

const textFile = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('Some notes') })
const pictureFile = async (name: string, width = 1200, height = 800) => ({
  ...{ name, mimeType: 'image/png', buffer: await picture(width, height) },
})

/** Uploads of somebody's page, each of which waits for the test: `go` lets one on, or answers it. Several at once come in any order. */
async function heldUploads({ page }: Visitor) {
  const waiting = new Map<string, Route>()
  await page.route('**/chat/media', (route) => {
    const [, filename = 'none'] = /filename="([^"]*)"/.exec(route.request().postData() ?? '') ?? []
    waiting.set(filename, route)
  })
  return {
    names: () => [...waiting.keys()].sort(),
    async go(filename: string, status?: number, problem: object = {}) {
      const route = waiting.get(filename) as Route
      waiting.delete(filename)
      await (status ? route.fulfill({ status, json: { status, ...problem } }) : route.continue())
    },
  }
}

/** Looks at the picture of the last message in each frame from now on: how high it is, and whether there is one to be seen. */
const watchFrames = `(() => {
  const frames = (window.frames_ = [])
  const look = () => {
    const tile = [...document.querySelectorAll('.message .picture')].at(-1)
    if (tile) {
      const images = [...tile.querySelectorAll('img')]
      const isSeen = images.some((image) => image.complete && image.naturalWidth > 0)
      const { width, height } = tile.getBoundingClientRect()
      frames.push(Math.round(width) + ' × ' + Math.round(height) + (isSeen ? '' : ', empty'))
    }
    requestAnimationFrame(look)
  }
  look()
})()`

/** Gives a film of a moment, as somebody drops it who has just recorded it. */
const filmed = `(async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 200 })
  const pen = canvas.getContext('2d')
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' })
  const chunks = []
  const ended = new Promise((resolve) => Object.assign(recorder, { onstop: resolve }))
  recorder.start()
  for (let n = 0; n < 12; n += 1) {
    pen.fillStyle = n % 2 ? '#26c' : '#2a6'
    pen.fillRect(0, 0, 320, 200)
    await new Promise((next) => setTimeout(next, 40))
  }
  recorder.ondataavailable = ({ data }) => chunks.push(data)
  recorder.stop()
  await ended
  const transfer = new DataTransfer()
  transfer.items.add(new File(chunks, 'film.webm', { type: 'video/webm' }))
  return transfer
})()`

describeInBrowser('a message with files', { timeout: startsMs }, () => {
  const people = stage(checkedByReact)

  const filesIn = ({ page }: Visitor) => page.getByLabel('Files', { exact: true })
  const ring = ({ page }: Visitor, name: string) => page.getByRole('progressbar', { name, exact: true })
  const sending = ({ page }: Visitor) => page.locator('.message.sending')

  it.each(['light', 'dark'] as const)(
    'stands in the room before they are there, does not move when they are, and comes as one message (%s)',
    async (colorScheme) => {
      const roomId = await people.room(`Slow files, ${colorScheme}`)
      const alice = await people.enter(roomId, 'Alice', { colorScheme })
      const bob = await people.enter(roomId, 'Bob', { colorScheme })
      const uploads = await heldUploads(alice)
      await filesIn(alice).setInputFiles([await pictureFile('lake.png'), textFile('notes.txt')])
      await alice.page.locator('.upload img').waitFor()
      await alice.page.evaluate(watchFrames)
      await alice.write('From the lake')
      expect(await alice.page.locator('.uploads').count()).toBe(0)
      const own = alice.message('From the lake')
      await own.locator('.picture img').waitFor()
      await ring(alice, 'Uploading lake.png').waitFor()
      await ring(alice, 'Uploading notes.txt').waitFor()
      await alice.shoot(`files-under-way-${colorScheme}`)

      await alice.write('Wait for it')
      await bob.message('Wait for it').waitFor()
      await eventually(uploads.names).toEqual(['lake.png', 'notes.txt'])
      await uploads.go('notes.txt')
      await ring(alice, 'Uploading notes.txt').waitFor({ state: 'detached' })
      expect(await bob.texts()).toEqual(['Wait for it'])
      await uploads.go('lake.png')
      const seen = bob.message('From the lake')
      await seen.locator('.picture img').waitFor()
      expect(await bob.texts()).toEqual(['Wait for it', 'From the lake'])
      await seen.locator('.file', { hasText: 'notes.txt' }).waitFor()
      // What the server has made of the picture takes the place of the file.
      await eventually(() => own.locator('.picture img:not([src^="blob:"])').count()).toBe(1)
      await eventually(() => own.locator('.picture img').count()).toBe(1)
      const frames: string[] = await alice.page.evaluate('window.frames_')
      expect([...new Set(frames)]).toEqual(['450 × 300'])
      await bob.shoot(`files-there-${colorScheme}`)
    },
  )

  it('waits for the line with them, and goes when that is back', async () => {
    const roomId = await people.room('Files in a tunnel')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    alice.excuse(lineIsCut)
    await alice.context.setOffline(true)
    await alice.bar.getByText('You are offline').waitFor()
    await filesIn(alice).setInputFiles([await pictureFile('tunnel.png', 300, 500), textFile('notes.txt')])
    await alice.write('In the dark')
    await ring(alice, 'tunnel.png waits for the connection').waitFor()
    await alice.write('And words')
    await alice.shoot('files-offline')
    await alice.context.setOffline(false)
    await bob.message('In the dark').locator('.picture img').waitFor()
    await bob.message('In the dark').locator('.file').waitFor()
    await eventually(async () => (await bob.texts()).sort()).toEqual(['And words', 'In the dark'])
    await eventually(() => sending(alice).count()).toBe(0)
  })

  it('says what is refused, and goes once that was tried again, or was left out', async () => {
    const roomId = await people.room('Refused on the way')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    alice.excuse(/status of (507|415)/)
    const uploads = await heldUploads(alice)
    const html = { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<script>1</script>') }
    await filesIn(alice).setInputFiles([await pictureFile('full.png'), textFile('notes.txt'), html])
    await alice.write('Too much')
    await eventually(uploads.names).toEqual(['full.png', 'notes.txt', 'page.html'])
    await uploads.go('notes.txt')
    await uploads.go('full.png', 507, { code: 'insufficient_storage', title: 'No space is left for your files' })
    const own = alice.message('Too much')
    await own.getByText('Not sent: No space is left for your files').waitFor()
    await uploads.go('page.html')
    const again = own.getByRole('button', { name: 'Try full.png again' })
    const remove = own.getByRole('button', { name: 'Remove page.html' })
    await remove.waitFor()
    await alice.shoot('files-refused')
    expect(await own.getByRole('button', { name: 'Try page.html again' }).count()).toBe(0)
    await again.focus()
    await alice.page.keyboard.press('Enter')
    await eventually(uploads.names).toEqual(['full.png'])
    await own.getByText(/^Not sent: .*HTML, SVG and XML are not accepted/).waitFor()
    await remove.focus()
    await alice.page.keyboard.press('Enter')
    expect(await hasFocus(alice.composer)).toBe(true)
    await own.getByText('Not sent').waitFor({ state: 'detached' })
    await uploads.go('full.png')
    const seen = bob.message('Too much')
    await seen.locator('.picture img').waitFor()
    await eventually(() => seen.locator('.file .ellipsis').allTextContents()).toEqual(['notes.txt'])
    await eventually(() => bob.page.locator('.message:not(.system)').count()).toBe(1)
  })

  it('is discarded by a tap where its files are given up; a reload is asked about first, and it says what that has lost', async () => {
    const alice = await people.enter(await people.room('Given up'), 'Alice', { ...phone, colorScheme: 'dark' })
    await heldUploads(alice)
    const send = alice.page.getByRole('button', { name: 'Send', exact: true })
    await filesIn(alice).setInputFiles([
      await pictureFile('a.png'),
      await pictureFile('b.png'),
      await pictureFile('c.png'),
    ])
    await alice.tap(send)
    const cancel = (name: string) => sending(alice).getByRole('button', { name: `Cancel ${name}`, exact: true })
    await cancel('c.png').waitFor()
    await alice.shoot('files-under-way-on-a-phone')
    for (const name of ['b.png', 'a.png', 'c.png']) await alice.tap(cancel(name))
    await sending(alice).waitFor({ state: 'detached' })

    await filesIn(alice).setInputFiles([await pictureFile('d.png')])
    await alice.composer.fill('Do not lose me')
    await alice.tap(send)
    await cancel('d.png').waitFor()
    const asked: string[] = []
    alice.page.on('dialog', (dialog) => {
      asked.push(dialog.type())
      void dialog.accept()
    })
    await alice.page.reload()
    expect(asked).toEqual(['beforeunload'])
    const failed = alice.message('Do not lose me')
    await failed.getByText('Not sent: The page was left before its files were uploaded').waitFor()
    expect(await failed.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    await alice.shoot('files-lost-on-a-phone')
    await alice.tap(failed.getByRole('button', { name: 'Edit', exact: true }))
    await eventually(() => alice.composer.inputValue()).toBe('Do not lose me')
    await alice.tap(alice.page.getByRole('button', { name: 'Save', exact: true }))
    await alice.page.locator('.message.sent', { hasText: 'Do not lose me' }).waitFor()
    // Nothing is under way any more.
    await alice.page.reload()
    await alice.message('Do not lose me').waitFor()
    expect(asked).toEqual(['beforeunload'])
  })

  it('may be a voice message, or a film, which stay as they are when they are there', async () => {
    const roomId = await people.room('Heard and seen')
    const [alice, bob] = [await people.enter(roomId, 'Alice'), await people.enter(roomId, 'Bob')]
    const uploads = await heldUploads(alice)
    await alice.page.getByRole('button', { name: 'Record a voice message' }).click()
    const recording = alice.page.getByRole('group', { name: 'Recording a voice message' })
    await recording.getByText('0:01').waitFor()
    await recording.getByRole('button', { name: 'Attach the recording' }).click()
    await alice.page.getByRole('button', { name: 'Send', exact: true }).click()
    const voice = sending(alice).getByRole('group', { name: /^Voice message/ })
    await voice.getByRole('progressbar', { name: /^Uploading Voice message/ }).waitFor()
    const before = await voice.boundingBox()
    await alice.shoot('voice-under-way')
    await eventually(() => uploads.names().length).toBe(1)
    await uploads.go(uploads.names()[0] as string)
    const own = alice.page.locator('.message.sent').getByRole('group', { name: /^Voice message/ })
    await own.waitFor()
    expect(await own.boundingBox()).toEqual(before)
    await bob.page.getByRole('group', { name: /^Voice message/ }).waitFor()

    const dropped = await alice.page.evaluateHandle(filmed)
    await alice.page.dispatchEvent('.conversation', 'drop', { dataTransfer: dropped })
    await alice.page.getByRole('button', { name: 'Send', exact: true }).click()
    const film = alice.page.locator('.film')
    await ring(alice, 'Uploading film.webm').waitFor()
    const size = () => film.evaluate((box) => [Reflect.get(box, 'clientWidth'), Reflect.get(box, 'clientHeight')])
    await eventually(size).toEqual([320, 200])
    await alice.shoot('film-under-way')
    await eventually(uploads.names).toEqual(['film.webm'])
    await uploads.go('film.webm')
    await alice.page.locator('.message.sent .film video[src^="blob:"]').waitFor()
    expect(await size()).toEqual([320, 200])
    const seen = bob.page.locator('.film video')
    await eventually(() => seen.evaluate((video) => Reflect.get(video, 'videoWidth'))).toBe(320)
  })
})
