import type { Page } from '../contract/fields.js'
import type { FollowedThread } from '../contract/followed-threads.js'
import type { Message } from '../contract/messages.js'
import type { ThreadMe } from '../contract/threads.js'
import type { ChatClientError } from './api/errors.js'
import type { ThreadHandle, Threads } from './api/threads.js'
import { delay, ignore } from './browser.js'
import type { CatchingUp } from './catching-up.js'
import type { Context } from './context.js'
import { createMessages } from './messages.js'
import type { Outbox } from './outbox.js'
import type { KnownThread } from './state/known-threads.js'
import { isMine, roomIn } from './state/room-map.js'
import type { State } from './state/state.js'
import * as states from './state/threads.js'
import { shownMessage } from './state/users.js'
import { once } from './store.js'

/** The markers of a burst of replies are sent as one. */
const settleMs = 150
/** How often the server is asked about a thread in a row. */
const mostTries = 3

const { sideOf, takeRoot, takeSide } = states

const pathOf = (roomId: string, messageId: string): string[] => ['rooms', roomId, 'messages', messageId]

/** Reads the message that a thread is of. */
const readRoot = ({ store, read }: Context, roomId: string, messageId: string): Promise<unknown> =>
  read(
    pathOf(roomId, messageId),
    {},
    (room) => isMine(room) && store.state.threads.known.has(messageId),
    (state, root: Message, asked) => takeRoot(state, root, asked),
  )

/** Reads my side of a thread that is known, and the message that it is of unless that is known. */
async function readThread(context: Context, roomId: string, messageId: string): Promise<void> {
  const { store, read } = context
  const known = () => store.state.threads.known.get(messageId)
  const isWanted = (room: Parameters<typeof isMine>[0]) => isMine(room) && known()
  await Promise.all([
    read([...pathOf(roomId, messageId), 'thread', 'me'], {}, isWanted, takeSide, roomId, messageId),
    known()?.root ? undefined : readRoot(context, roomId, messageId),
  ])
}

/** The thread of a message: its replies, and my side of it. */
export function createThread(
  context: Context,
  outbox: Outbox,
  roomId: string,
  messageId: string,
  onSend: () => void,
): ThreadHandle & { trim(): void; resume(): void } {
  const { store, http, ask, isCurrent } = context
  const messages = createMessages(context, outbox, roomId, onSend, messageId)
  const path = [...pathOf(roomId, messageId), 'thread']
  const known = () => store.state.threads.known.get(messageId)
  const marker = () => known()?.lastReadSeq ?? 0
  const open = () => void store.update(states.openThread, roomId, messageId)

  const load = once(async () => {
    open()
    const { root, unread } = known() as KnownThread
    const isKnown = root && unread.tally
    await Promise.all([messages.load(), isKnown ? undefined : readThread(context, roomId, messageId).catch(ignore)])
  })

  /** Tells how far I have read, until the server has all of it. */
  const tell = once(async () => {
    let told = 0
    const request = () => {
      told = marker()
      return http.send<ThreadMe>('PATCH', [...path, 'me'], { lastReadSeq: told })
    }
    do {
      await delay(settleMs)
      await ask([...path, 'me'], request, () => marker() > told, takeSide, roomId, messageId)
    } while (marker() > told)
  })

  return {
    messageId,
    root: store.observable(
      ({ threads, users }) => [threads.known.get(messageId)?.root ?? null, users],
      (root, users) => root && shownMessage(users, root),
    ),
    me: store.observable(({ threads }) => [threads.known.get(messageId)], sideOf),
    draft: context.draft(roomId, messageId),
    messages,
    load,
    trim: messages.trim,
    resume() {
      open()
      void messages.load()
      if (known()?.root) readRoot(context, roomId, messageId).catch(ignore)
      store.update(states.missThreads, [messageId])
    },
    async markRead(seq) {
      const items = messages.getSnapshot().items.filter(({ state }) => state === 'sent')
      const last = items.at(-1)?.seq ?? 0
      const me = sideOf(known())
      const lastReadSeq = Math.min(seq ?? last, Math.max(last, me?.lastSeq ?? 0))
      if (!me?.isFollowing || lastReadSeq <= me.lastReadSeq) return
      store.update(states.markThread, messageId, lastReadSeq)
      await tell()
    },
    async follow(isFollowing) {
      const asked = store.state.version
      const me = await http.send<ThreadMe | undefined>(isFollowing ? 'PUT' : 'DELETE', [...path, 'following'])
      if (!isCurrent(path, asked)) return
      if (me) store.update(takeSide, me, asked, roomId, messageId)
      else store.update(states.setFollowing, roomId, messageId, isFollowing)
    },
  }
}

/** The threads that I follow, as far as they are known, with the last reply first. */
function listOf({ status, known }: State['threads'], rooms: State['rooms'], users: State['users']): FollowedThread[] {
  // What is known of threads that are open is no list yet.
  if (status === 'idle') return []
  const items = [...known.values()].flatMap((thread): FollowedThread[] => {
    const { root, roomId, roomName } = thread
    const me = sideOf(thread)
    const name = roomIn(rooms, roomId)?.room.name ?? roomName
    return root && me?.isFollowing ? [{ message: shownMessage(users, root), room: { id: roomId, name }, me }] : []
  })
  const lastAt = ({ message }: FollowedThread): string => message.thread?.lastAt ?? ''
  return items.sort((one, other) => (lastAt(one) < lastAt(other) ? 1 : -1))
}

/** The threads that I follow. */
export function createThreads(context: Context, catchingUp: CatchingUp) {
  const { store, read } = context
  const known = () => store.state.threads.known
  const items = () => listOf(store.state.threads, store.state.rooms, store.state.users)

  const list = store.observable(
    ({ threads, rooms, users }) => [threads, rooms, users],
    (threads, rooms, users) => {
      const { status, error, cursor } = threads
      const items = listOf(threads, rooms, users)
      const unread = items.filter(({ me }) => me.unreadCount > 0).length
      return { items, status, error, hasMore: typeof cursor === 'string', unread }
    },
  )

  /** Runs what reads the list; why it could not shows there, unless another user has signed in since. */
  async function reading(task: (isWanted: () => boolean) => Promise<void>): Promise<void> {
    const { bornAt } = store.state
    const isWanted = () => store.state.bornAt === bornAt
    try {
      await task(isWanted)
    } catch (error) {
      if (isWanted()) store.update(states.putThreads, { status: 'failed', error: error as ChatClientError })
    }
  }

  const page = (isWanted: () => boolean, cursor?: string): Promise<Page<FollowedThread>> =>
    read(['threads'], { cursor }, isWanted, states.takeThreads, cursor)

  /** Reads as many as are listed, or the first of them; of those that are not there any more the server says why. */
  async function readAgain(isWanted: () => boolean): Promise<void> {
    const before = items().map(({ message }) => message.id)
    const found = new Set<string>()
    let cursor: string | null | undefined
    do {
      const { items, nextCursor } = await page(isWanted, cursor ?? undefined)
      for (const { message } of items) found.add(message.id)
      cursor = nextCursor
    } while (cursor !== null && found.size < before.length)
    store.update(
      states.missThreads,
      before.filter((id) => !found.has(id)),
    )
  }

  let isOld = false
  const refresh = once(async () => {
    do {
      isOld = false
      await reading(readAgain)
    } while (isOld)
  })

  let isAsking = false
  /** Asks about threads for which events are not enough, one after the other. */
  async function askStale(): Promise<void> {
    if (isAsking) return
    isAsking = true
    const tries = new Map<string, number>()
    for (;;) {
      const [id, thread] = [...known()].find(([, { isStale }]) => isStale) ?? []
      if (!id || !thread) break
      const count = (tries.get(id) ?? 0) + 1
      tries.set(id, count)
      store.update(states.missThreads, [id], false)
      if (count > mostTries) continue
      void catchingUp.want(thread.roomId)
      await readThread(context, thread.roomId, id).catch(ignore)
    }
    isAsking = false
  }
  store
    .observable(
      ({ threads }) => [threads.known],
      (known) => [...known.values()].some(({ isStale }) => isStale),
    )
    .subscribe(() => void askStale())

  const threads: Threads = {
    ...list,
    async load() {
      if (store.state.threads.status === 'ready') return
      store.update(states.putThreads, { status: 'loading', error: null })
      await refresh()
    },
    loadMore: once(() =>
      reading(async (isWanted) => {
        const { cursor } = store.state.threads
        if (typeof cursor === 'string') await page(isWanted, cursor)
      }),
    ),
  }

  return {
    threads,
    /** The list may have a gap before this, or there may be more of it. */
    resume(): void {
      if (store.state.threads.status === 'idle') return
      isOld = true
      void refresh()
    },
  }
}
