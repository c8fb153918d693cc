import { expect, it } from 'vitest'
import { startsMs } from './demo.js'
import { describeInBrowser, eventually, stage } from './stage.js'
import { hasFocus, phone } from './visitor.js'

describeInBrowser('voice messages', { timeout: startsMs }, () => {
  const people = stage()

  it('are recorded, sent, and played by somebody else, at another speed', async () => {
    const roomId = await people.room('Voices')
    const alice = await people.enter(roomId, 'Alice')
    const bob = await people.enter(roomId, 'Bob')
    await alice.page.getByRole('button', { name: 'Record a voice message' }).click()
    const recording = alice.page.getByRole('group', { name: 'Recording a voice message' })
    await recording.getByText('0:02').waitFor()
    expect(await recording.locator('.wave i').count()).toBeGreaterThan(5)
    await alice.shoot('voice-recording')
    await recording.getByRole('button', { name: 'Attach the recording' }).click()
    await alice.page.locator('.upload.done').waitFor()
    await alice.page.getByRole('button', { name: 'Send', exact: true }).click()

    const voice = bob.page.getByRole('group', { name: /^Voice message/ })
    await voice.waitFor()
    // What the browser wrote has no length in its header: the server has measured it.
    await eventually(() => voice.locator('.sound-time').textContent()).toMatch(/^0:0[2-4]$/)
    await voice.locator('.wave i[style*="height: 100%"]').first().waitFor()
    await voice.getByRole('button', { name: 'Speed 1×' }).click()
    await voice.getByRole('button', { name: 'Play' }).click()
    await voice.getByRole('button', { name: 'Pause' }).waitFor()
    expect(await voice.locator('audio').evaluate((audio) => Reflect.get(audio, 'playbackRate'))).toBe(1.5)
    await voice.getByRole('button', { name: 'Pause' }).click()
    await voice.getByRole('button', { name: 'Play' }).waitFor()
    await bob.shoot('voice')

    const message = bob.page.locator('.message', { has: voice })
    await message.hover()
    await message.getByRole('button', { name: 'Reply', exact: true }).click()
    await bob.write('I hear you')
    await bob
      .message('I hear you')
      .locator('.quote')
      .getByText(/^Voice message, 0:0[2-4]$/)
      .waitFor()
  })

  it('are given up by Escape, and by a tap', async () => {
    const roomId = await people.room('Second thoughts')
    const alice = await people.enter(roomId, 'Alice', phone)
    const recording = alice.page.getByRole('group', { name: 'Recording a voice message' })
    const start = alice.page.getByRole('button', { name: 'Record a voice message' })
    await alice.tap(start)
    const attach = recording.getByRole('button', { name: 'Attach the recording' })
    await eventually(() => hasFocus(attach)).toBe(true)
    await alice.page.keyboard.press('Escape')
    await recording.waitFor({ state: 'detached' })
    await alice.tap(start)
    await alice.tap(recording.getByRole('button', { name: 'Discard the recording' }))
    await recording.waitFor({ state: 'detached' })
    expect(await alice.page.locator('.upload').count()).toBe(0)
  })

  it('say plainly that the microphone was refused', async () => {
    const alice = await people.enter(await people.room('No microphone'), 'Alice')
    await alice.page.evaluate(`navigator.mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException('Permission denied', 'NotAllowedError'))`)
    await alice.page.getByRole('button', { name: 'Record a voice message' }).click()
    await alice.page.getByText('Your browser keeps the microphone to itself.').waitFor()
    expect(await alice.page.getByRole('button', { name: 'Record a voice message' }).isEnabled()).toBe(true)
  })

  it('let go of the microphone where the browser cannot record it', async () => {
    const alice = await people.enter(await people.room('No recorder'), 'Alice')
    await alice.page.evaluate(`
      const { mediaDevices } = navigator
      const asked = mediaDevices.getUserMedia.bind(mediaDevices)
      mediaDevices.getUserMedia = async (wish) => (window.heard = await asked(wish))
      window.MediaRecorder = class {
        static isTypeSupported = () => false
        constructor() {
          throw new DOMException('No such type', 'NotSupportedError')
        }
      }`)
    const start = alice.page.getByRole('button', { name: 'Record a voice message' })
    await start.click()
    const states = () => alice.page.evaluate(`(window.heard?.getTracks() ?? []).map(({ readyState }) => readyState)`)
    await eventually(states).toEqual(['ended'])
    expect(await start.isEnabled()).toBe(true)
  })
})
