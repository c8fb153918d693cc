import type { Message } from '../contract/messages.js'
import type { ChatClientError } from './api/errors.js'
import type { Messages as Api, ShownMessage } from './api/messages.js'
import type { Context } from './context.js'
import type { Outbox } from './outbox.js'
import { done } from './state/deeds.js'
import { emptyHistory, takeMessage, takePage, withHistory } from './state/messages.js'
import { type Deed, entryOf, type History, patch } from './state/state.js'
import { windowOf } from './state/window.js'
import { once } from './store.js'

type Wish<Each = Deed> = Each extends Deed ? Omit<Each, 'at'> : never

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

  async function readBeside(query: object, flag: 'isLoadingBefore' | 'isLoadingAfter'): Promise<void> {
    if (history()?.[flag]) return
    set({ [flag]: true })
    await readPage(query, {})
    set({ [flag]: false })
  }

  /** Does it here at once, and back again if the server refuses. A message that has changed since tells itself. */
  async function wish<T>(wished: Wish, take?: (result: T) => void): Promise<T> {
    const { type, ...fields } = wished
    const { items, deeds } = history() ?? emptyHistory
    const revision = items.find(({ id }) => id === wished.messageId)?.revision
    const deed: Deed = { ...wished, at: new Date().toISOString() }
    set({ deeds: [...deeds, deed] })
    const end = (settle: (item: ShownMessage) => ShownMessage) => {
      const { items, deeds } = history() ?? emptyHistory
      set({ deeds: deeds.filter((each) => each !== deed), items: items.map(settle) })
    }
    try {
      const result = await socket.command<T>(type, { roomId, ...fields })
      take?.(result)
      end((item) => (item.revision === revision ? done(item, deed, store.state.me?.id ?? '') : item))
      return result
    } catch (error) {
      end((item) => item)
      throw error
    }
  }

  return {
    ...topic,
    load,
    resume() {
      if (history()) void load()
    },
    async loadBefore(limit = 50) {
      const { items, hasBefore } = topic.getSnapshot()
      if (hasBefore) await readBeside({ before: items[0]?.seq, limit }, 'isLoadingBefore')
    },
    async loadAfter(limit = 50) {
      const { items, hasAfter } = topic.getSnapshot()
      if (hasAfter) await readBeside({ after: items.at(-1)?.seq, limit }, 'isLoadingAfter')
    },
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
