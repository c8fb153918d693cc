import { expect, it } from 'vitest'
import type { Core } from '../../src/core/create-core.js'
import type { Connection } from '../../src/realtime/connection.js'
import { Replays } from '../../src/realtime/delivery/replay.js'

/** A room that moves on with each reading. */
function givenReplays() {
  let reads = 0
  const read = async () => {
    reads += 1
    return { events: [], revision: reads, hasMore: false }
  }
  const replays = new Replays({ changes: { read } } as unknown as Core)
  const missed = (atLeast: number) => replays.send({ userId: 'alice' } as Connection, 'room', 0, atLeast)
  return { missed, reads: () => reads }
}

it('reads once what many miss who come back in the same moment', async () => {
  const { missed, reads } = givenReplays()
  const answers = await Promise.all([missed(1), missed(1), missed(1)])
  expect(answers).toEqual(Array(3).fill({ type: 'sent', revision: 1 }))
  expect(reads()).toBe(1)
})

it('reads again, once, for those who must not be told what is that old', async () => {
  const { missed, reads } = givenReplays()
  await missed(1)
  const answers = await Promise.all([missed(2), missed(2), missed(1)])
  expect(answers.map((answer) => 'revision' in answer && answer.revision)).toEqual([2, 2, 1])
  expect(reads()).toBe(2)
})
