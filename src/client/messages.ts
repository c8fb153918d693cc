import type { Page, PageRequest } from '../contract/fields.js'
import type { Message } from '../contract/messages.js'
import type { ChatClientError } from './api/errors.js'
import type { Messages as Api } from './api/messages.js'
import type { Context } from './context.js'
import type { Outbox } from './outbox.js'
import { emptyHistory, historyOf, takeMessage, takePage, withHistory } from './state/messages.js'
import { acknowledge } from './state/outbox.js'
import type { History, PendingMutation, RoomEntry } from './state/room-entry.js'
import { entryOf } from './state/state.js'
import { firstSeqOf } from './state/too-old.js'
import { windowOf } from './state/window.js'
import { once } from './store.js'

/** How many messages are kept of a room that nobody watches. */
const most = 100
const graceMs = 1_000

type Mutation<Each = PendingMutation> = Each extends PendingMutation ? Omit<Each, 'at'> : never

/** One room's messages, or those of a thread in it: loads, sends and changes them. */
export function createMessages(
  { store, http, socket, read, entry, use }: Context,
  outbox: Outbox,
  roomId: string,
  onSend: () => void,
  threadId?: string,
): Api & { trim(): void } {
  const path = ['rooms', roomId, 'messages']
  const place = threadId ? [...path, threadId, 'thread'] : path
  const isWanted = (room: RoomEntry): unknown => historyOf(room, threadId) && room.status !== 'left'
  const search = http.search<Message>(...path)
  const list =
    <T>(of: string) =>
    (messageId: string, { signal, ...page }: PageRequest & { signal?: AbortSignal } = {}): Promise<Page<T>> =>
      http.get([...path, messageId, of], page, signal)
  const watchers = new Set<() => void>()
  /** Somebody who does not watch has read further than the newest page. */
  let isReadByHand = false

  const history = () => historyOf(entry(roomId), threadId)
  const set = (changes: Partial<History>) => store.update(withHistory, roomId, changes, threadId)
  const observable = store.observable(
    (state) => {
      const known = entryOf(state, roomId)
      const history = historyOf(known, threadId)
      // Of a thread, events have brought the last reply.
      const last = threadId ? (history?.items.at(-1)?.seq ?? 0) : known.room.lastMessageSeq
      const first = threadId ? 1 : firstSeqOf(known.room)
      return [history, last, state.outbox, state.me, state.users, state.blocks, first]
    },
    (history, seq, outbox, me, users, blocks, first) =>
      windowOf(history, seq, outbox, me, roomId, users, blocks, threadId, first),
  )

  /** Reads a page into the history, together with `changes`; an error shows there, too. */
  async function readPage(query: object, changes: Partial<History>): Promise<void> {
    try {
      await read(place, query, isWanted, takePage, roomId, { error: null, ...changes }, undefined, threadId)
    } catch (error) {
      set({ error: error as ChatClientError })
    }
  }

  const readLatest = once(() => {
    set({ error: null })
    return readPage({}, { hasLatest: true })
  })

  const load = async (): Promise<void> => {
    use(roomId)
    if (!history()?.hasLatest) await readLatest()
  }

  /** Keeps only the newest messages of a room that nobody watches. */
  function trim(): void {
    const { items } = history() ?? emptyHistory
    if (watchers.size > 0 || isReadByHand || items.length <= most) return
    set({ items: items.slice(-most), anchor: null })
  }

  async function readBeside(query: object, flag: 'isLoadingBefore' | 'isLoadingAfter'): Promise<void> {
    if (history()?.[flag]) return
    isReadByHand = true
    set({ [flag]: true })
    await readPage(query, {})
    set({ [flag]: false })
  }

  function mutate<T>(mutation: Mutation): Promise<T> {
    socket.used(false)
    // One that was sent meanwhile may still be known by what it was called before.
    const { id } = history()?.items.find(({ key }) => key === mutation.messageId) ?? { id: mutation.messageId }
    return outbox.mutate(roomId, { ...mutation, messageId: id, at: new Date().toISOString() }) as Promise<T>
  }

  return {
    ...observable,
    trim,
    subscribe(listener) {
      use(roomId)
      const end = observable.subscribe(listener)
      watchers.add(end)
      return () => {
        end()
        watchers.delete(end)
        isReadByHand = false
        // A component that mounts again at once finds all of it.
        setTimeout(trim, graceMs)
      }
    },
    load,
    async loadBefore(limit = 50) {
      const { items, hasBefore } = observable.getSnapshot()
      if (hasBefore) await readBeside({ before: items[0]?.seq, limit }, 'isLoadingBefore')
    },
    async loadAfter(limit = 50) {
      const { items, hasAfter } = observable.getSnapshot()
      if (hasAfter) await readBeside({ after: items.at(-1)?.seq, limit }, 'isLoadingAfter')
    },
    async jumpTo(seq) {
      await load()
      isReadByHand = true
      const isHere = observable.getSnapshot().items.some((item) => item.seq === seq)
      if (isHere) set({ anchor: seq })
      else await readPage({ around: seq }, { anchor: seq })
    },
    jumpToLatest() {
      set({ anchor: null })
      return load()
    },
    send(draft) {
      onSend()
      return outbox.send(roomId, threadId ? { ...draft, threadId } : draft)
    },
    retry: (clientId) => outbox.retry(roomId, clientId),
    discard: (clientId) => outbox.discard(roomId, clientId),
    revise: (clientId, draft) => outbox.revise(roomId, clientId, threadId ? { ...draft, threadId } : draft),
    edit(messageId, changes) {
      const { text, mentions, mentionsEveryone, data } = typeof changes === 'string' ? { text: changes } : changes
      // What is left out must not take the place of what waits.
      const given = Object.entries({ text, mentions, mentionsEveryone, data }).filter(
        ([, value]) => value !== undefined,
      )
      return mutate({ type: 'message.edit', messageId, ...Object.fromEntries(given) })
    },
    delete: (messageId) => mutate({ type: 'message.delete', messageId }),
    react: (messageId, reaction) => mutate({ type: 'reaction.add', messageId, reaction }),
    unreact: (messageId, reaction) => mutate({ type: 'reaction.remove', messageId, reaction }),
    get: async (messageId) => store.update(takeMessage, await http.get<Message>([...path, messageId])),
    edits: list('edits'),
    readers: list('readers'),
    report: (messageId, report) => http.send('POST', [...path, messageId, 'reports'], report),
    reactions: (messageId, page) => http.get([...path, messageId, 'reactions'], page),
    async search(q, page) {
      const found = await search(q, page)
      store.update(acknowledge, found.items)
      return found
    },
  }
}
