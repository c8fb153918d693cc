import type { AnyData, DataOf, DataSource } from '../contract/data.js'
import type { Page } from '../contract/fields.js'
import type { WelcomeLimits } from '../contract/frames.js'
import type { Room } from '../contract/rooms.js'
import type { FoundMessage } from '../contract/search.js'
import type { ChatClient, ChatEvent } from './api/chat-client.js'
import type { ConnectionState } from './api/connection.js'
import type { ChatClientOptions } from './api/options.js'
import { createArchivedRooms } from './archived-rooms.js'
import { createBlocks } from './blocks.js'
import { createCatchingUp } from './catching-up.js'
import { createContext } from './context.js'
import { createHttp } from './http.js'
import { createKeyedMutex } from './keyed-mutex.js'
import { createMedia } from './media.js'
import { createModeration } from './moderation.js'
import { createMuting } from './muting.js'
import { createOutbox } from './outbox.js'
import { createPresence } from './presence.js'
import { createReadMarkers } from './read-markers.js'
import { createRequests } from './requests.js'
import { createRoom, createRooms, type OwnRoom } from './rooms.js'
import { createSocket, type Frame } from './socket.js'
import { type AnyEvent, applyEvent, clearEphemeral, type RoomReset } from './state/events.js'
import { isGuess } from './state/messages.js'
import { acknowledge } from './state/outbox.js'
import type { RoomEntry } from './state/room-entry.js'
import { isMine } from './state/room-map.js'
import { blank, forgetMarkers, takeRoom, welcome } from './state/rooms.js'
import { entryOf, type State } from './state/state.js'
import { firstSeqOf, isCut } from './state/too-old.js'
import { cached, createListeners, createStore } from './store.js'
import { createThreads } from './threads.js'
import { createUsers } from './users.js'

/** How long the socket is kept after the last user of it is gone, for components that mount again at once. */
const graceMs = 200
/** Rooms that are resumed event by event. */
const mostNamed = 500

/**
 * A client of a chat, in a browser or in Node.js. It does nothing until `connect` is called. `createChatClient<typeof chat>`
 * (by `import type`) knows what the chat's `data` is, and so does `createChatClient<{ message: Order }>`.
 */
export const createChatClient = <Source extends DataSource = AnyData>(
  options: ChatClientOptions,
): ChatClient<DataOf<Source>> => createClient(options) as unknown as ChatClient<DataOf<Source>>

function createClient(options: ChatClientOptions): ChatClient {
  const store = createStore()
  const mutex = createKeyedMutex()
  const http = createHttp(options, mutex, {
    signedOut: () => socket.stop('unauthenticated'),
    used: (isReading) => socket.used(isReading),
  })
  // The probe is a request whose answer is also useful.
  const socket = createSocket(store, http, mutex, seen, receive, () => presence.refresh())
  const context = createContext(store, http, socket)
  const catchingUp = createCatchingUp(context)
  const outbox = createOutbox(context)
  const markers = createReadMarkers(context, mutex)
  const { resume: resumeArchived, ...archived } = createArchivedRooms(context, catchingUp)
  createMuting(context, catchingUp)
  const presence = createPresence(context)
  const { changed: blocksChanged, ...blocks } = createBlocks(context)
  const { changed: requestsChanged, ...requests } = createRequests(context)
  const { threads, ...threadsThere } = createThreads(context, catchingUp)
  const rooms = new Map<string, OwnRoom>()
  const handleOf = cached((roomId) => {
    void catchingUp.want(roomId)
    return createRoom(context, catchingUp, outbox, markers, roomId)
  }, rooms)
  const room = (roomId: string): OwnRoom => {
    if (roomId === '' || typeof roomId !== 'string') {
      throw new TypeError(`express-chat: a room has an id, and ${JSON.stringify(roomId)} can be none`)
    }
    return handleOf(roomId)
  }
  const { notify, listen } = createListeners<[event: ChatEvent]>()
  const holders = new Set<() => void>()

  /** The rooms that the last `hello` has named. */
  let named: ReadonlySet<string> = new Set()

  /** The rooms that were opened, the latest first; for all others `welcome` says whether they have changed. */
  function seen(isFresh: boolean): Record<string, number> {
    const known = [...context.used].reverse().flatMap((id): [string, number][] => {
      const known = context.entry(id)
      const isOpen = known.history || known.threads || known.memberList || known.pins
      return isMine(known) && isOpen ? [[id, known.seen]] : []
    })
    const rooms = Object.fromEntries(isFresh ? [] : known.slice(0, mostNamed))
    named = new Set(Object.keys(rooms))
    return rooms
  }

  function receive(frame: Frame): void {
    const { type } = frame
    if (type === 'welcome') {
      const { me } = store.state
      if (me && me.id !== frame.user.id) forget()
      store.hold(true)
      store.update(welcome, frame, named)
      context.open()
      outbox.open(frame.user.id)
      for (const roomId of rooms.keys()) void catchingUp.want(roomId)
      void catchingUp.rooms()
      resumeArchived()
      blocksChanged()
      for (const handle of rooms.values()) handle.resume()
      requestsChanged()
      threadsThere.resume()
    } else if (type === 'ready') {
      store.hold(false)
      outbox.flush()
      markers.flush()
      presence.refresh()
    } else if (type === 'lost') {
      context.shut()
      outbox.lost()
      store.update(clearEphemeral)
      store.hold(false)
    } else happened(frame)
  }

  function happened(event: ChatEvent | RoomReset): void {
    const { type, room: changed, roomId = changed?.id ?? '', revision, message, cause } = event as AnyEvent
    const known = store.state
    const { seen: before } = context.entry(roomId)
    store.update(applyEvent, event)
    if (type === 'block.changed') blocksChanged()
    if (type === 'room.joined' || type === 'room.reset') {
      room(roomId).resume()
      threadsThere.resume()
    }
    if (event.type === 'room.reset') return void catchingUp.room(roomId)
    if (store.state.rooms.stale.size > 0) void catchingUp.rooms()
    // A replay has rows as they are now, and skips revisions; live events do not, unless one was lost.
    const begins = revision === undefined || type === 'me.updated' ? (changed?.revision ?? -1) : revision - 1
    if (socket.isLive() && begins > before && before >= 0) {
      const { state } = store
      void catchingUp.changes(roomId, before).then(() => changedRoom(state, roomId, context.entry(roomId).room))
    }
    void catchingUp.complete(roomId)
    if (message) {
      rooms.get(roomId)?.trim()
      if (isGuess(message, store.state.me?.id ?? '', cause)) catchingUp.message(message)
    }
    if (changed) changedRoom(known, roomId, changed)
    if (event.type === 'typing') catchingUp.people(event.roomId, event.userIds)
    notify(event)
  }

  /** What is read again as a room is another one now than it was known: told by an event, or by the changes that had none here. */
  function changedRoom(before: State, roomId: string, now: RoomEntry['room']): void {
    const { room: known } = entryOf(before, roomId)
    // For changes on another server this may be the only sign.
    if (Boolean(known.isBlocked) !== Boolean(now.isBlocked)) blocksChanged()
    if (now.readReceipts && known.readReceipts === false) {
      store.update(forgetMarkers, roomId)
      room(roomId).resume()
    }
    // What was hidden from me is there now, and quotes of it; or what was known is too old, and quotes of it are.
    const isOpened = now.historyFrom === 'start' && firstSeqOf(known) > (known.firstSeq ?? 1)
    if (isOpened || isCut(before, roomId, now)) {
      happened({ type: 'room.reset', roomId, revision: context.entry(roomId).seen })
    }
  }

  function forget(): void {
    mutex.abandon()
    outbox.close()
    markers.close()
    store.update(blank)
  }

  return {
    ...createRooms(context, catchingUp, markers, archived),
    ...createUsers(context),
    connection: store.observable<[ConnectionState], ConnectionState>(({ connection }) => [connection]),
    limits: store.observable<[WelcomeLimits | null], WelcomeLimits | null>(({ limits }) => [limits ?? null]),
    ...{
      presence,
      requests,
      threads,
      blocks,
      room,
      media: createMedia(context),
      moderation: createModeration(context),
      onEvent: listen,
    },
    invites: {
      get: (code) => http.get(['invites', code]),
      join: async (code) => store.update(takeRoom, await http.send<Room>('POST', ['invites', code, 'join'])),
    },
    scheduled: {
      ...store.observable<[number], number>(({ rooms }) => [rooms.scheduled]),
      list: ({ signal, ...query } = {}) => http.get(['scheduled'], query, signal),
    },
    async search({ signal, ...filter }) {
      const found = await http.get<Page<FoundMessage>>(['messages', 'search'], filter, signal)
      store.update(
        acknowledge,
        found.items.map(({ message }) => message),
      )
      return found
    },
    wake: socket.wake,
    setInFront: socket.setInFront,
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
