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
  { store, http, socket, read, entry }: Context,
  outbox: Outbox,
  roomId: string,
  onSend: () => void,
): Api & { resume(): void } {
  const path = ['rooms', roomId, 'messages']
  let isWanted = false
  let loading: Promise<void> | undefined

  const history = () => entry(roomId).history
  const set = (changes: Partial<History>) => store.update(withHistory, roomId, changes)
  const take = (message: Message): Message => {
    store.update(takeMessage, message)
    return message
  }
  const topic = store.topic(
    (state) => {
      const { history, room } = entryOf(state, roomId)
      return [history, room.lastMessageSeq, state.outbox, state.me]
    },
    (...parts) => windowOf(...parts, roomId),
  )

  /** Reads a page into the history; whatever goes wrong shows in it. */
  async function readPage(query: object, changes: Partial<History>): Promise<void> {
    try {
      const done = { status: 'ready', error: null, ...changes } as const
      await read<MessagePage>(path, query, (state, page, asked) => takePage(state, roomId, page, asked, done), history)
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
      store.update(patch, roomId, { history: begun })
      await readPage({}, { hasLatest: true })
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
    await readPage({ [side]: edge.seq, limit }, { [flag]: false })
  }

  /** Does it here at once, and back again if the server refuses. */
  async function wish<T>(command: string, wished: Wish, took?: (result: T) => void): Promise<T> {
    const { type: _, ...fields } = wished
    const revision = history()?.items.find(({ id }) => id === wished.messageId)?.revision ?? -1
    const deed: Deed = { ...wished, revision, at: new Date().toISOString() }
    const end = (isDone: boolean) => store.update(settle, roomId, deed, isDone)
    store.update(begin, roomId, deed)
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
    edit: (messageId, text) => wish('message.edit', { type: 'edit', messageId, text }, take),
    delete: (messageId) => wish('message.delete', { type: 'delete', messageId }),
    react: (messageId, reaction) => wish('reaction.add', { type: 'react', messageId, reaction }),
    unreact: (messageId, reaction) => wish('reaction.remove', { type: 'unreact', messageId, reaction }),
    get: async (messageId) => take(await http.get([...path, messageId])),
    reactions: (messageId, page) => http.get([...path, messageId, 'reactions'], page),
    search: http.search(...path),
  }
}
