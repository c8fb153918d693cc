import { expect, it } from 'vitest'
import { LoopTurns } from '../../src/concurrency/loop-turns.js'

it('lets others have their turn during work that answers at once, however much there is of it', async () => {
  const turns = new LoopTurns()
  let isStopped = false
  setImmediate(() => {
    isStopped = true
  })
  // Ends by nothing but a turn of the loop.
  while (!isStopped) await turns.pass()
  expect(isStopped).toBe(true)
})

it('does not wait where the loop turns anyway', async () => {
  const turns = new LoopTurns()
  let hasTurned = false
  setImmediate(() => {
    hasTurned = true
  })
  for (let n = 0; n < 3; n += 1) await turns.pass()
  expect(hasTurned).toBe(false)
})
