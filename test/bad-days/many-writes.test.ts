import { expect, it } from 'vitest'
import { givenHost } from '../realtime/given.js'

it('a host that makes room after room keeps nobody waiting until it has made them all', async () => {
  const { chat } = await givenHost()
  let hasTurned = false
  setImmediate(() => {
    hasTurned = true
  })
  let made = 0
  for (; made < 300 && !hasTurned; made += 1) await chat.system.rooms.create({ type: 'group', name: 'One more' })
  expect(made).toBeLessThan(300)
})
