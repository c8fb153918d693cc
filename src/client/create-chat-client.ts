import type { ChatClient, ChatEvent } from './api/chat-client.js'
import type { ConnectionState } from './api/connection.js'
import type { ChatClientOptions } from './api/options.js'
import { createCatchingUp } from './catching-up.js'
import { createContext } from './context.js'
import { createHttp } from './http.js'
import { createMedia } from './media.js'
import { createOutbox } from './outbox.js'
import { createPresence } from './presence.js'
import { createReadMarkers } from './read-markers.js'
import { createRoom, createRooms, type OwnRoom } from './rooms.js'
import { createSocket, type Frame } from './socket.js'
import { type AnyEvent, applyEvent, deafen, type RoomReset } from './state/events.js'
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
  const socket = createSocket(store, http, seen, hear, () => presence.tell())
  const context = createContext(store, http, socket)
  const catchingUp = createCatchingUp(context)
  const outbox = createOutbox(context)
  const markers = createReadMarkers(context)
  const presence = createPresence(context)
  const rooms = new Map<string, OwnRoom>()
  const room = cached((roomId) => createRoom(context, catchingUp, outbox, markers, roomId), rooms)
  const { tell, listen } = createListeners<[event: ChatEvent]>()
  const holders = new Set<() => void>()

  /** A room that was never read is left out: it starts fresh. */
  function seen(): Record<string, number> {
    const known = [...store.state.rooms].flatMap(([id, { status, seen }]) => (status === 'joined' ? [[id, seen]] : []))
    return Object.fromEntries(known)
  }

  function hear(frame: Frame): void {
    const { type } = frame
    if (type === 'welcome') {
      const { me } = store.state
      if (me && me.id !== frame.user.id) forget()
      store.hold(true)
      store.update(welcome, frame)
      context.open()
      outbox.open(frame.user.id)
      void catchingUp.rooms()
      for (const handle of rooms.values()) handle.resume()
    } else if (type === 'ready') {
      store.hold(false)
      outbox.flush()
      markers.flush()
      presence.tell()
    } else if (type === 'lost') {
      context.shut()
      store.update(deafen)
      store.hold(false)
    } else happened(frame)
  }

  function happened(event: ChatEvent | RoomReset): void {
    const { type, room: told, roomId = told?.id ?? '', revision, message, cause } = event as AnyEvent
    const before = context.entry(roomId).seen
    store.update(applyEvent, event)
    if (type === 'room.joined' || type === 'room.reset') room(roomId).resume()
    if (event.type === 'room.reset') return void catchingUp.room(roomId)
    // What is replayed is told as it is now, and skips; what is live does not, unless something was lost.
    const begins = revision === undefined ? (told?.revision ?? -1) : revision - 1
    if (socket.isLive() && begins > before && before >= 0) void catchingUp.changes(roomId, before)
    if (message) {
      outbox.heard(message)
      rooms.get(roomId)?.trim()
      if (isGuess(message, store.state.me?.id ?? '', cause)) catchingUp.message(message)
    }
    tell(event)
  }

  function forget(): void {
    outbox.close()
    markers.close()
    store.update(blank)
  }

  return {
    ...createRooms(context),
    ...createUsers(context),
    connection: store.topic<[ConnectionState], ConnectionState>(({ connection }) => [connection]),
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
