import { describe, expect, it } from 'vitest'
import { frameOf } from '../../src/realtime/delivery/frame.js'
import { textsIn } from './reader.js'

/** A frame whose text has so many bytes. */
const frameWith = (bytes: number, letter = 'a') => {
  const around = JSON.stringify({ type: 'room.left', roomId: '', reason: 'left' }).length
  const roomId = letter.repeat((bytes - around) / Buffer.byteLength(letter))
  return { roomId, frame: frameOf({ type: 'room.left', roomId, reason: 'left' }) }
}

describe('a frame', () => {
  it.each([
    [100, 2],
    [125, 2],
    [126, 4],
    [65_535, 4],
    [65_536, 10],
    [200_000, 10],
  ])('with a text of %i bytes has a head of %i, which says how long it is', (bytes, head) => {
    const { roomId, frame } = frameWith(bytes)
    expect(frame).toHaveLength(bytes + head)
    expect([...textsIn(frame)].map((text) => JSON.parse(text))).toEqual([{ type: 'room.left', roomId, reason: 'left' }])
  })

  it('counts the bytes of its text, not its characters', () => {
    const { roomId, frame } = frameWith(46 + 3 * 60, '€')
    expect(JSON.parse([...textsIn(frame)].join())).toMatchObject({ roomId })
  })
})
