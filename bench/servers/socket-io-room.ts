import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { serve } from './serve.js'

export interface SocketIoRoomOptions {
  /** How many rooms everyone is in. */
  rooms: number
  /** Whether sockets that come back are given what they missed, out of memory. */
  recovery?: boolean
}

let io: Server | undefined

// Rooms on socket.io, as its documentation has them; nothing is stored.
serve(
  async ({ rooms, recovery = false }: SocketIoRoomOptions) => {
    const server = createServer()
    io = new Server(server, {
      transports: ['websocket'],
      // The load generator does not answer pings.
      pingInterval: 600_000,
      ...(recovery ? { connectionStateRecovery: { maxDisconnectionDuration: 600_000, skipMiddlewares: true } } : {}),
    })
    io.on('connection', (socket) => {
      const id = String(socket.handshake.headers['x-user'])
      for (let n = 0; n < rooms; n += 1) socket.join(`room-${n}`)
      socket.on('message', ({ roomId, text }, acknowledge) => {
        const message = { id: randomUUID(), roomId, user: { id, name: id }, text, createdAt: new Date() }
        io?.to(roomId).emit('message', message)
        acknowledge(message)
      })
      socket.emit('ready')
    })
    return server
  },
  {
    emit({ rooms, messages, text }: { rooms: number; messages: number; text: string }) {
      for (let n = 0; n < messages; n += 1) {
        const roomId = `room-${n % rooms}`
        io?.to(roomId).emit('message', { id: randomUUID(), roomId, user: { id: 'u0', name: 'u0' }, text })
      }
    },
  },
)
