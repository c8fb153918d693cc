import { RawSocket } from './raw-socket.js'
import { enterAnother, enterRoom, groupMessage } from './xmpp.js'

export type ProtocolName = 'chat' | 'ws' | 'socket.io' | 'xmpp'

/** How one of the contenders is talked to. */
interface Protocol {
  /** Opens a socket for a user, who is in the room or enters it, and resolves once everything is live. */
  open(port: number, userId: string, roomId?: string): Promise<RawSocket>
  /** Enters one more, where that is not known of the user. */
  enter?(socket: RawSocket, userId: string, roomId: string): Promise<unknown>
  /** A frame that sends a message; its answer names `n`. */
  message(n: number, roomId: string, text: string): string
  /** How frames begin that bring a message, and those that answer the sender. */
  delivered: string
  answered: string
}

const run = `${Date.now().toString(36)}${process.pid}`

export const protocols: Record<ProtocolName, Protocol> = {
  chat: {
    async open(port, userId) {
      const socket = await RawSocket.open(port, '/chat/ws', { 'Sec-WebSocket-Protocol': 'chat.v1', 'X-User': userId })
      const ready = socket.heard('{"type":"ready"')
      socket.send('{"type":"hello"}')
      await ready
      return socket
    },
    message: (n, roomId, text) =>
      `{"type":"message.send","id":"${n}","roomId":"${roomId}","clientId":"${run}-${n}","text":"${text}"}`,
    delivered: '{"type":"message.created"',
    answered: '{"type":"ok"',
  },
  ws: {
    async open(port, userId) {
      const socket = await RawSocket.open(port, '/', { 'X-User': userId })
      await socket.heard('{"type":"ready"')
      return socket
    },
    message: (_n, roomId, text) => `{"roomId":"${roomId}","text":"${text}"}`,
    delivered: '{"type":"message"',
    answered: '{"type":"ok"',
  },
  'socket.io': {
    async open(port, userId) {
      const socket = await RawSocket.open(port, '/socket.io/?EIO=4&transport=websocket', { 'X-User': userId })
      await socket.heard('0{')
      const joined = socket.heard('42["ready"')
      socket.send('40')
      await joined
      return socket
    },
    message: (n, roomId, text) => `42${n}["message",{"roomId":"${roomId}","text":"${text}"}]`,
    delivered: '42["message"',
    answered: '43',
  },
  xmpp: {
    open: enterRoom,
    enter: enterAnother,
    message: (n, roomId, text) => groupMessage(`${run}-${n}`, roomId, text),
    delivered: '<message',
    // Rooms send everyone's messages to everyone.
    answered: '<message',
  },
}

/** Tells frames by how they begin, without decoding them. */
export function matcher(prefix: string): (data: Buffer, start: number) => boolean {
  const bytes = Buffer.from(prefix)
  // What differs between any two kinds of frames is at the end of their prefixes.
  const last = bytes.length - 1
  return (data, start) => {
    for (let n = last; n >= 0; n -= 1) if (data[start + n] !== bytes[n]) return false
    return true
  }
}

/** 150 bytes that are no two messages' own. */
export const textOf = (n: number): string => `message ${n} `.padEnd(150, 'lorem ipsum dolor sit amet ')
