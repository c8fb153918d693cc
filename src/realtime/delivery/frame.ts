import type { DurableEvent, EphemeralEvent, PersonalEvent, RoomEphemeralEvent } from '../../contract/events.js'
import type { ControlFrame } from '../../contract/frames.js'

const finalText = 0x81

/**
 * A text frame as it goes over the wire (RFC 6455 5.2; a server does not mask). It is made once, and the same bytes are
 * written to every socket that may see it: that, and one write a socket and tick, makes fan-out cheap.
 */
function textFrame(text: string): Buffer {
  const size = Buffer.byteLength(text)
  const head = size < 126 ? 2 : size < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(head + size)
  frame[0] = finalText
  if (head === 2) frame[1] = size
  else if (head === 4) {
    frame[1] = 126
    frame.writeUInt16BE(size, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(size), 2)
  }
  frame.write(text, head)
  return frame
}

type Unfenced = Exclude<EphemeralEvent, RoomEphemeralEvent>

export const frameOf = (value: ControlFrame | DurableEvent | PersonalEvent | Unfenced): Buffer =>
  textFrame(JSON.stringify(value))

/** An ephemeral event of a room, with the revision that the room had when it happened. */
export interface FencedFrame {
  frame: Buffer
  revision: number
}

/** The only way to make the frame of such an event: without the revision, its fence, it does not compile. */
export const fencedFrameOf = (event: RoomEphemeralEvent, revision: number): FencedFrame => ({
  frame: textFrame(JSON.stringify(event)),
  revision,
})
