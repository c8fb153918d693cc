import type { Welcome } from '../contract/frames.js'
import type { ChatClient, ChatEvent } from './api/chat-client.js'
import { ChatClientError } from './api/errors.js'
import type { ChatClientOptions } from './api/options.js'
import { ignore } from './browser.js'
import { CatchingUp } from './catching-up.js'
import { Context } from './context.js'
import { Http } from './http.js'
import { createMedia } from './media.js'
import { Outbox } from './outbox.js'
import { createPresence } from './presence.js'
import { ReadMarkers } from './read-markers.js'
import { createRoom, createRooms, type OwnRoom } from './rooms.js'
import { Socket, type SocketParts } from './socket.js'
import { applyEvent, deafen } from './state/events.js'
import { isGuess } from './state/messages.js'
import { blank, resetRoom, welcome } from './state/rooms.js'
import { Store } from './store.js'
import { createUsers } from './users.js'

/** How long the socket outlives those who wanted it: what mounts anew at once shall find it. */
const graceMs = 200

/** A client of a chat, in a browser or in Node.js. It does nothing until `connect` is called. */
export function createChatClient(options: ChatClientOptions): ChatClient {
  const store = new Store()
  const handles = new Map<string, OwnRoom>()
  const listeners = new Set<(event: ChatEvent) => void>()
  const holders = new Set<object>()
  let grace: ReturnType<typeof setTimeout> | undefined

  const http = new Http(options, () => socket.stop('signed-out', new ChatClientError('unauthenticated')))
  const socket = new Socket(
    { http, seen, onWelcome, onFrame, onReady, onLost },
    // The server answers, and what it answers is of use.
    () => presence.tell(),
  )
  const context = new Context(store, http, socket)
  const catchingUp = new CatchingUp(context)
  const outbox = new Outbox(context)
  const markers = new ReadMarkers(context)
  const presence = createPresence(context)

  /** A room that was never read is left out: it starts fresh. */
  function seen(): Record<string, number> {
    const known = [...store.state.rooms].filter(([, { status }]) => status === 'joined')
    return Object.fromEntries(known.map(([id, entry]) => [id, entry.seen]))
  }

  function onWelcome(frame: Welcome): void {
    const { me } = store.state
    if (me && me.id !== frame.user.id) forget()
    store.hold(true)
    store.update((state) => welcome(state, frame))
    context.setConnected(true)
    outbox.open(frame.user.id)
    void catchingUp.rooms()
    for (const handle of handles.values()) handle.resume()
  }

  function onReady(): void {
    store.hold(false)
    outbox.flush()
    markers.flush()
    presence.tell().catch(ignore)
  }

  function onLost(): void {
    context.setConnected(false)
    store.update(deafen)
    store.hold(false)
  }

  function onFrame(frame: Parameters<SocketParts['onFrame']>[0]): void {
    if (frame.type === 'room.reset') {
      const { roomId, revision } = frame
      store.update((state) => resetRoom(state, roomId, revision))
      void catchingUp.room(roomId)
      handles.get(roomId)?.resume()
      return
    }
    const roomId = frame.type === 'room.joined' ? frame.room.id : 'roomId' in frame ? frame.roomId : ''
    const before = store.state.rooms.get(roomId)?.seen ?? -1
    const revision = frame.type === 'room.joined' ? frame.room.revision : 'revision' in frame ? frame.revision : -1
    if (frame.type === 'room.left' || frame.type === 'room.deleted') outbox.leave(roomId)
    store.update((state) => applyEvent(state, frame))
    if (frame.type === 'room.joined') handles.get(roomId)?.resume()
    // What is replayed is told as it is now, and skips; what is live does not, unless something was lost.
    const skips = frame.type === 'room.joined' ? revision > before : revision > before + 1
    if (skips && before >= 0 && socket.isLive) void catchingUp.changes(roomId, before)
    if ('message' in frame) {
      const { message } = frame
      outbox.heard(message)
      const isLive = socket.isLive && !skips
      const cause = frame.type === 'message.updated' ? frame.cause : undefined
      const isShown = store.state.histories.has(roomId)
      if (isShown && isGuess(message, store.state.me?.id ?? '', cause, isLive)) void catchingUp.message(message)
    }
    for (const listener of [...listeners]) listener(frame)
  }

  function forget(): void {
    outbox.close()
    markers.close()
    store.update(blank)
  }

  return {
    ...createRooms(context),
    ...createUsers(context),
    connection: socket,
    presence,
    media: createMedia(context),
    room(roomId) {
      let handle = handles.get(roomId)
      if (!handle) {
        handle = createRoom({ context, outbox, markers }, roomId)
        handles.set(roomId, handle)
      }
      return handle
    },
    connect() {
      clearTimeout(grace)
      socket.start()
      const holder = {}
      holders.add(holder)
      return () => {
        if (!holders.delete(holder) || holders.size > 0) return
        grace = setTimeout(() => holders.size === 0 && socket.stop('idle'), graceMs)
      }
    },
    close() {
      holders.clear()
      clearTimeout(grace)
      socket.stop('idle')
      presence.close()
      http.forget()
      forget()
    },
    onEvent(listener) {
      const own = (event: ChatEvent) => listener(event)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}
