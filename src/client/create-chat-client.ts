import type { Welcome } from '../contract/frames.js'
import type { ChatClient, ChatEvent } from './api/chat-client.js'
import type { ChatClientOptions } from './api/options.js'
import { createCatchingUp } from './catching-up.js'
import { createContext } from './context.js'
import { createHttp } from './http.js'
import { createMedia } from './media.js'
import { createOutbox } from './outbox.js'
import { createPresence } from './presence.js'
import { createReadMarkers } from './read-markers.js'
import { createRoom, createRooms } from './rooms.js'
import { createSocket, type SocketParts } from './socket.js'
import { applyEvent, deafen } from './state/events.js'
import { isGuess } from './state/messages.js'
import { blank, welcome } from './state/rooms.js'
import { cached, createListeners, createStore } from './store.js'
import { createUsers } from './users.js'

/** How long the socket outlives those who wanted it: what mounts anew at once shall find it. */
const graceMs = 200

/** A client of a chat, in a browser or in Node.js. It does nothing until `connect` is called. */
export function createChatClient(options: ChatClientOptions): ChatClient {
  const store = createStore()
  const http = createHttp(options, () => socket.stop('unauthenticated'))
  // The server answers a probe, and what it answers is of use.
  const socket = createSocket({ http, seen, onWelcome, onFrame, onReady, onLost, probe: () => presence.tell() })
  const context = createContext(store, http, socket)
  const catchingUp = createCatchingUp(context)
  const outbox = createOutbox(context)
  const markers = createReadMarkers(context)
  const presence = createPresence(context)
  const room = cached((roomId) => createRoom(context, catchingUp, outbox, markers, roomId))
  const { tell, listen } = createListeners<[event: ChatEvent]>()
  const holders = new Set<() => void>()

  /** A room that was never read is left out: it starts fresh. */
  function seen(): Record<string, number> {
    const known = [...store.state.rooms].filter(([, { status }]) => status === 'joined')
    return Object.fromEntries(known.map(([id, entry]) => [id, entry.seen]))
  }

  function onWelcome(frame: Welcome): void {
    const { me } = store.state
    if (me && me.id !== frame.user.id) forget()
    store.hold(true)
    store.update(welcome, frame)
    context.setConnected(true)
    outbox.open(frame.user.id)
    catchingUp.rooms()
    for (const handle of room.all()) handle.resume()
  }

  function onReady(): void {
    store.hold(false)
    outbox.flush()
    markers.flush()
    presence.tell()
  }

  function onLost(): void {
    context.setConnected(false)
    store.update(deafen)
    store.hold(false)
  }

  function onFrame(frame: Parameters<SocketParts['onFrame']>[0]): void {
    const { type } = frame
    const roomId = 'room' in frame ? frame.room.id : 'roomId' in frame ? frame.roomId : ''
    if (type === 'room.left' || type === 'room.deleted') outbox.leave(roomId)
    const before = context.entry(roomId).seen
    store.update(applyEvent, frame)
    if (type === 'room.joined' || type === 'room.reset') room(roomId).resume()
    if (type === 'room.reset') return void catchingUp.room(roomId)
    // What is replayed is told as it is now, and skips; what is live does not, unless something was lost.
    const begins = type === 'room.joined' ? frame.room.revision : 'revision' in frame ? frame.revision - 1 : -1
    const skips = begins > before && before >= 0
    if (skips && socket.isLive()) catchingUp.changes(roomId, before)
    if ('message' in frame) {
      const { message } = frame
      const { history } = context.entry(roomId)
      const cause = type === 'message.updated' ? frame.cause : undefined
      const isLive = socket.isLive() && !skips
      outbox.heard(message)
      if (history && isGuess(message, store.state.me?.id ?? '', cause, isLive)) catchingUp.message(message)
    }
    tell(frame)
  }

  function forget(): void {
    outbox.close()
    markers.close()
    store.update(blank)
  }

  return {
    ...createRooms(context),
    ...createUsers(context),
    connection: socket.topic,
    ...{ presence, room, media: createMedia(context), onEvent: listen },
    connect() {
      socket.start()
      const release = () => {
        holders.delete(release)
        setTimeout(() => holders.size === 0 && socket.stop(), graceMs)
      }
      holders.add(release)
      return release
    },
    close() {
      holders.clear()
      socket.stop()
      forget()
    },
  }
}
