import type { Page } from '../contract/fields.js'
import type { FollowedThread } from '../contract/followed-threads.js'
import type { Message } from '../contract/messages.js'
import type { ThreadMe } from '../contract/threads.js'
import type { ChatEvent } from './api/chat-client.js'
import type { ChatClientError } from './api/errors.js'
import type { ThreadHandle, Threads } from './api/threads.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'
import { createMessages } from './messages.js'
import type { Outbox } from './outbox.js'
import { entryOf } from './state/state.js'
import { failThreads, loadThreads, takeRoot, takeSide, takeThreadEvent, takeThreads } from './state/threads.js'
import { once } from './store.js'

const pathOf = (roomId: string, messageId: string): string[] => ['rooms', roomId, 'messages', messageId]

/** Older than whatever the server says. */
const unknown = { lastReadSeq: 0, unreadCount: 0, mentionCount: 0, lastSeq: 0, revision: 0 }

/** The thread of a message: its replies, and my side of it. */
export function createThread(
  context: Context,
  outbox: Outbox,
  roomId: string,
  messageId: string,
  onSend: () => void,
): ThreadHandle & { trim(): void; resume(): void } {
  const { store, http } = context
  const messages = createMessages(context, outbox, roomId, onSend, messageId)
  const path = pathOf(roomId, messageId)
  const side = [...path, 'thread', 'me']
  const take = (me: ThreadMe): void => void store.update(takeSide, messageId, me)
  const meNow = () => store.state.threads.sides.get(messageId)
  const takeRootNow = (message: Message): void => void store.update(takeRoot, message, true)
  const readRoot = () => http.get<Message>(path).then(ofThisUser(context, takeRootNow), ignore)

  const load = once(async () => {
    const { roots, items } = store.state.threads
    const known =
      entryOf(store.state, roomId).history?.items.find(({ id }) => id === messageId) ??
      items.find(({ message }) => message.id === messageId)?.message
    if (known) takeRootNow(known)
    await Promise.all([
      messages.load(),
      meNow() ? undefined : http.get<ThreadMe>(side).then(ofThisUser(context, take), ignore),
      known || roots.has(messageId) ? undefined : readRoot(),
    ])
  })

  return {
    messageId,
    root: store.observable(({ threads }) => [threads.roots.get(messageId) ?? null]),
    me: store.observable(({ threads }) => [threads.sides.get(messageId) ?? null]),
    messages,
    load,
    trim: messages.trim,
    resume() {
      void messages.load()
      void readRoot()
    },
    async markRead(
      seq = messages
        .getSnapshot()
        .items.filter(({ state }) => state === 'sent')
        .at(-1)?.seq ?? 0,
    ) {
      const me = meNow()
      if (!me?.isFollowing || seq <= me.lastReadSeq) return
      const isAll = !messages.getSnapshot().hasAfter && seq >= (messages.getSnapshot().items.at(-1)?.seq ?? 0)
      take({ ...me, lastReadSeq: seq, ...(isAll ? { unreadCount: 0, mentionCount: 0 } : {}) })
      const taken = ofThisUser(context, take)
      try {
        taken(await http.send<ThreadMe>('PATCH', side, { lastReadSeq: seq }))
      } catch (error) {
        // It is unread still, and to be told again.
        taken(me)
        throw error
      }
    },
    async follow(isFollowing) {
      const following = [...path, 'thread', 'following']
      const taken = ofThisUser(context, take)
      if (isFollowing) taken(await http.send<ThreadMe>('PUT', following))
      else {
        await http.send('DELETE', following)
        taken({ ...(meNow() ?? unknown), isFollowing })
      }
    },
  }
}

/** Takes an answer, unless another user has signed in since this was called: it would show them what is not theirs. */
function ofThisUser<T>({ store }: Context, take: (answer: T) => void): (answer: T) => void {
  const asked = store.state.version
  return (answer) => {
    if (asked >= store.state.bornAt) take(answer)
  }
}

/** The threads that I follow. */
export function createThreads(context: Context) {
  const { store, http } = context

  function read(cursor?: string): Promise<void> {
    return http.get<Page<FollowedThread>>(['threads'], { cursor }).then(
      ofThisUser(context, (page: Page<FollowedThread>) => void store.update(takeThreads, page, cursor)),
      ofThisUser(context, (error: ChatClientError) => void store.update(failThreads, error)),
    )
  }

  const first = once(async () => {
    let asked: number
    do {
      asked = store.state.version
      store.update(loadThreads)
      await read()
      // Another user has signed in meanwhile.
    } while (asked < store.state.bornAt)
  })

  const isAsked = () => store.state.threads.status !== 'idle'

  const threads: Threads = {
    ...store.observable(
      (state) => [state.threads],
      ({ items, status, error, cursor }) => ({
        ...{ items, status, error, hasMore: typeof cursor === 'string' },
        unread: items.filter(({ me }) => me.unreadCount > 0).length,
      }),
    ),
    async load() {
      if (!/ready|loading/.test(store.state.threads.status)) await first()
    },
    loadMore: once(async () => {
      const { cursor } = store.state.threads
      if (typeof cursor === 'string') await read(cursor)
    }),
  }

  return {
    threads,
    /** The list may have a gap before this. */
    resume: () => isAsked() && void first(),
    happened(event: ChatEvent): void {
      if (event.type === 'thread.updated') {
        store.update(takeSide, event.messageId, event.me)
        const isListed = store.state.threads.items.some(({ message }) => message.id === event.messageId)
        if (isAsked() && event.me.isFollowing && !isListed) void first()
        return
      }
      if (!('message' in event)) return
      const { toAsk } = takeThreadEvent(store.state, event)
      store.update((state) => takeThreadEvent(state, event).state)
      if (toAsk === undefined) return
      if (isAsked()) void first()
      else if (store.state.threads.sides.has(toAsk)) {
        const side = [...pathOf(event.roomId, toAsk), 'thread', 'me']
        const take = ofThisUser(context, (me: ThreadMe) => void store.update(takeSide, toAsk, me))
        http.get<ThreadMe>(side).then(take, ignore)
      }
    },
  }
}
