import { expect } from 'vitest'
import type { Frame } from '../socket.js'

/**
 * What the frames of one socket must hold to in one room: each event once, in the order of revisions, after what was
 * known; and nothing at all after the room was left, until it is joined again. Gives the revision that it led to.
 */
export function followed(frames: Frame[], roomId: string, seen: number): number | undefined {
  let known: number | undefined = seen
  for (const frame of frames) {
    const about = frame.roomId ?? frame.room?.id
    if (about !== roomId) continue
    if (frame.type === 'room.left') known = undefined
    else if (frame.type === 'room.joined') known = Math.max(known ?? 0, frame.room.revision)
    else if (frame.type === 'room.reset') known = frame.revision
    else {
      expect(known, `${frame.type} after the room was left`).toBeDefined()
      if (frame.revision === undefined) continue
      expect(frame.revision, `the revision of a ${frame.type}`).toBeGreaterThan(known as number)
      known = frame.revision
    }
  }
  return known
}
