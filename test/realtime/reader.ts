import type { Connection } from '../../src/realtime/connection.js'

/** What a server says in one write: whole text frames, unmasked (RFC 6455 5.2). */
export function* textsIn(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== 0x81) throw new Error(`no text begins at ${at}`)
    const short = bytes.readUInt8(at + 1)
    const [head, length] =
      short < 126
        ? [2, short]
        : short === 126
          ? [4, bytes.readUInt16BE(at + 2)]
          : [10, Number(bytes.readBigUInt64BE(at + 2))]
    if (at + head + length > bytes.length) throw new Error('a frame is cut off')
    yield bytes.toString('utf8', at + head, at + head + length)
    at += head + length
  }
}

/** The part of a connection that rooms and answers speak to, and all that it was given. */
export function readerOf(userId: string, id = userId) {
  const writes: Buffer[] = []
  const ephemeral: Buffer[] = []
  const roomIds: string[] = []
  const connection = {
    ...{ id, userId, closed: false, isRevoked: false, roomIds },
    entered: (roomId: string) => void roomIds.push(roomId),
    hide: () => undefined,
    hiddenIn: () => undefined,
    left: (roomId: string) => void roomIds.splice(roomIds.indexOf(roomId), 1),
    send: (frame: Buffer) => void writes.push(frame),
    sendEphemeral: (frame: Buffer) => void ephemeral.push(frame),
  }
  const framesOf = (given: Buffer[]) => given.flatMap((bytes) => [...textsIn(bytes)].map((text) => JSON.parse(text)))
  return {
    connection: connection as unknown as Connection,
    writes,
    heard: () => framesOf(writes),
    /** The revisions of the events that it was given, and what else, by its type. */
    revisions: () => framesOf(writes).map(({ revision, type, reason }) => revision ?? `${type} ${reason}`),
    ephemeral: () => framesOf(ephemeral),
  }
}
