import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { serve } from './serve.js'

export interface WsRoomOptions {
  /** How a message becomes a frame: for each socket anew, as most write it, or once for all. */
  encode: 'each' | 'once'
}

// A room on bare `ws`: everyone who connects is in it, and nothing is stored.
serve(async ({ encode }: WsRoomOptions) => {
  const room = new Set<WebSocket>()
  const server = createServer()
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  sockets.on('connection', (socket, request) => {
    const id = String(request.headers['x-user'])
    room.add(socket)
    socket.on('close', () => room.delete(socket))
    socket.on('message', (data) => {
      const { roomId, text } = JSON.parse(data.toString())
      const message = { id: randomUUID(), roomId, user: { id, name: id }, text, createdAt: new Date() }
      const event = { type: 'message', message }
      if (encode === 'each') for (const member of room) member.send(JSON.stringify(event))
      else {
        const bytes = Buffer.from(JSON.stringify(event))
        for (const member of room) member.send(bytes, { binary: false })
      }
      socket.send(JSON.stringify({ type: 'ok' }))
    })
    socket.send(JSON.stringify({ type: 'ready' }))
  })
  return server
})
