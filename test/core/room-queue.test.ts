import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RoomQueue } from '../../src/core/room-queue.js'
import { newestFirst, type Place } from '../../src/core/room-walk.js'

const place = fc.record({
  at: fc.integer({ min: 0, max: 9 }),
  roomId: fc.constantFrom('a', 'b', 'c'),
  seq: fc.integer({ min: 0, max: 9 }),
})

it('rooms are taken in the order of their places, whatever was taken out and put back', () => {
  fc.assert(
    fc.property(fc.array(place), fc.infiniteStream(fc.nat({ max: 3 })), (starts, moves) => {
      const queue = new RoomQueue(starts)
      const left = starts.filter(({ seq }) => seq > 0).sort(newestFirst)
      while (left.length > 0) {
        const taken = []
        const many = 1 + (moves.next().value as number)
        for (let n = 0; n < many && queue.newest; n += 1) {
          expect(queue.newest).toEqual(left[n])
          taken.push(queue.take())
        }
        // Those that are put back go on from where they were.
        for (const [n, walk] of taken.entries()) if (n > 0 && walk) queue.put(walk)
        left.splice(0, 1)
      }
      expect(queue.newest satisfies Place | undefined).toBeUndefined()
    }),
  )
})
