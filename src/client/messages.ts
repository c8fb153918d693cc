import type { Message, MessagePage } from '../contract/messages.js'
import type { ChatClientError } from './api/errors.js'
import type { Messages as Api } from './api/messages.js'
import type { Context } from './context.js'
import type { Outbox } from './outbox.js'
import { begin, emptyHistory, settle, takeMessage, takePage, withHistory } from './state/messages.js'
import { type Deed, entryOf, type History, patch } from './state/state.js'
import { windowOf } from './state/window.js'

type Wish<Each = Deed> = Each extends Deed ? Omit<Each, 'at' | 'revision'> : never

/** One room's messages: loads them, and does to them what its user wishes. */
export function createMessages(
  { store, http, socket, insist }: Context,
  outbox: Outbox,
  roomId: string,
  onSend: () => void,
): Api & { resume(): void } {
  const path = ['rooms', roomId, 'messages']
  let isWanted = false
  let loading: Promise<void> | undefined

  const history = () => entryOf(store.state, roomId).history
  const set = (changes: Partial<History>) => store.update((state) => withHistory(state, roomId, changes))
  const take = (message: Message): Message => {
    store.update((state) => takeMessage(state, message))
    return message
  }
  const topic = store.topic(
    (state) => {
      const entry = entryOf(state, roomId)
      return [entry.history, entry.room.lastMessageSeq, state.outbox, state.me]
    },
    (...parts) => windowOf(...parts, roomId),
  )

  /** Reads a page into the history; whatever goes wrong shows in it. */
  async function read(query: object, changes: Partial<History>): Promise<void> {
    try {
      await insist(async (asked) => {
        const page = await http.request<MessagePage>('GET', path, { query })
        const read = { status: 'ready', error: null, ...changes } as const
        store.update((state) => takePage(state, roomId, page, asked, read))
      }, history)
    } catch (cause) {
      const error = cause as ChatClientError
      set({ ...changes, error, hasLatest: false, status: history()?.status === 'ready' ? 'ready' : 'failed' })
    }
  }

  /** The newest page; again where what was read was forgotten meanwhile, as after a reset. */
  async function readLatest(): Promise<void> {
    do {
      const { status = 'loading' } = history() ?? {}
      const begun = {
        ...(history() ?? emptyHistory),
        error: null,
        status: status === 'failed' ? 'loading' : status,
      } as const
      store.update((state) => patch(state, roomId, { history: begun }))
      await read({}, { hasLatest: true })
    } while (isWanted && !history()?.hasLatest && !history()?.error)
  }

  const load = async (): Promise<void> => {
    isWanted = true
    if (!history()?.hasLatest) {
      loading ??= readLatest().finally(() => {
        loading = undefined
      })
    }
    await loading
  }

  async function beside(side: 'before' | 'after', limit = 50): Promise<void> {
    const flag = side === 'before' ? 'isLoadingBefore' : 'isLoadingAfter'
    const { items, hasBefore, hasAfter } = topic.getSnapshot()
    const edge = side === 'before' ? hasBefore && items[0] : hasAfter && items.at(-1)
    if (!edge || history()?.[flag]) return
    set({ [flag]: true })
    await read({ [side]: edge.seq, limit }, { [flag]: false })
  }

  /** Does it here at once, and back again if the server refuses. */
  async function wish<T>(command: string, wished: Wish, took?: (result: T) => void): Promise<T> {
    const { type: _, ...fields } = wished
    const revision = history()?.items.find(({ id }) => id === wished.messageId)?.revision ?? -1
    const deed: Deed = { ...wished, revision, at: new Date().toISOString() }
    const end = (isDone: boolean) => store.update((state) => settle(state, roomId, deed, isDone))
    store.update((state) => begin(state, roomId, deed))
    try {
      const result = await socket.command<T>(command, { roomId, ...fields })
      took?.(result)
      end(true)
      return result
    } catch (error) {
      end(false)
      throw error
    }
  }

  return {
    ...topic,
    load,
    resume: () => void (isWanted && load()),
    loadBefore: (limit) => beside('before', limit),
    loadAfter: (limit) => beside('after', limit),
    async jumpTo(seq) {
      await load()
      const isHere = topic.getSnapshot().items.some((item) => item.seq === seq)
      if (isHere) set({ anchor: seq })
      else await read({ around: seq }, { anchor: seq })
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
    edit: (messageId, text) => wish('message.edit', { type: 'edit', messageId, text }, take),
    delete: (messageId) => wish('message.delete', { type: 'delete', messageId }),
    react: (messageId, reaction) => wish('reaction.add', { type: 'react', messageId, reaction }),
    unreact: (messageId, reaction) => wish('reaction.remove', { type: 'unreact', messageId, reaction }),
    get: async (messageId) => take(await http.request('GET', [...path, messageId])),
    reactions: (messageId, query) => http.request('GET', [...path, messageId, 'reactions'], { query }),
    search: (q, { signal, ...page } = {}) => http.request('GET', path, { query: { q, ...page }, signal }),
  }
}
