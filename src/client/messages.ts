import type { Message } from '../contract/messages.js'
import type { ChatClientError } from './api/errors.js'
import type { Messages as Api } from './api/messages.js'
import type { Context } from './context.js'
import type { Outbox } from './outbox.js'
import { begin, emptyHistory, settle, takeMessage, takePage, withHistory } from './state/messages.js'
import { type Deed, entryOf, type History, patch } from './state/state.js'
import { windowOf } from './state/window.js'
import { once } from './store.js'

type Wish<Each = Deed> = Each extends Deed ? Omit<Each, 'at' | 'revision'> : never

/** One room's messages: loads them, and does to them what its user wishes. */
export function createMessages(
  { store, http, socket, read, entry }: Context,
  outbox: Outbox,
  roomId: string,
  onSend: () => void,
): Api & { resume(): void } {
  const path = ['rooms', roomId, 'messages']
  const history = () => entry(roomId).history
  const set = (changes: Partial<History>) => store.update(withHistory, roomId, changes)
  const topic = store.topic(
    (state) => {
      const { history, room } = entryOf(state, roomId)
      return [history, room.lastMessageSeq, state.outbox, state.me]
    },
    (...parts) => windowOf(...parts, roomId),
  )

  const isWanted = () => history() && entry(roomId).status !== 'left'

  /** Reads a page into the history, and with it `changes`; whatever goes wrong shows there. */
  async function readPage(query: object, changes: Partial<History>): Promise<void> {
    try {
      await read(path, query, isWanted, takePage, roomId, { error: null, ...changes })
    } catch (error) {
      set({ error: error as ChatClientError })
    }
  }

  const readLatest = once(() => {
    store.update(patch, roomId, { history: { ...emptyHistory, ...history(), error: null } })
    return readPage({}, { hasLatest: true })
  })

  const load = async (): Promise<void> => {
    if (!history()?.hasLatest) await readLatest()
  }

  async function beside(side: 'before' | 'after', limit = 50): Promise<void> {
    const flag = side === 'before' ? 'isLoadingBefore' : 'isLoadingAfter'
    const { items, hasBefore, hasAfter } = topic.getSnapshot()
    const edge = side === 'before' ? hasBefore && items[0] : hasAfter && items.at(-1)
    if (!edge || history()?.[flag]) return
    set({ [flag]: true })
    await readPage({ [side]: edge.seq, limit }, {})
    set({ [flag]: false })
  }

  /** Does it here at once, and back again if the server refuses. */
  async function wish<T>(wished: Wish, take?: (result: T) => void): Promise<T> {
    const { type, ...fields } = wished
    const revision = history()?.items.find(({ id }) => id === wished.messageId)?.revision ?? -1
    const deed: Deed = { ...wished, revision, at: new Date().toISOString() }
    let isDone = false
    store.update(begin, roomId, deed)
    try {
      const result = await socket.command<T>(type, { roomId, ...fields })
      take?.(result)
      isDone = true
      return result
    } finally {
      store.update(settle, roomId, deed, isDone)
    }
  }

  return {
    ...topic,
    load,
    resume() {
      if (history()) void load()
    },
    loadBefore: (limit) => beside('before', limit),
    loadAfter: (limit) => beside('after', limit),
    async jumpTo(seq) {
      await load()
      const isHere = topic.getSnapshot().items.some((item) => item.seq === seq)
      if (isHere) set({ anchor: seq })
      else await readPage({ around: seq }, { anchor: seq })
    },
    jumpToLatest() {
      set({ anchor: null })
      return load()
    },
    send(draft) {
      onSend()
      return outbox.send(roomId, draft)
    },
    retry: outbox.retry,
    discard: outbox.discard,
    edit: (messageId, text) =>
      wish<Message>({ type: 'message.edit', messageId, text }, (message) => store.update(takeMessage, message)),
    delete: (messageId) => wish({ type: 'message.delete', messageId }),
    react: (messageId, reaction) => wish({ type: 'reaction.add', messageId, reaction }),
    unreact: (messageId, reaction) => wish({ type: 'reaction.remove', messageId, reaction }),
    get: async (messageId) => store.update(takeMessage, await http.get<Message>([...path, messageId])),
    reactions: (messageId, page) => http.get([...path, messageId, 'reactions'], page),
    search: http.search(...path),
  }
}
