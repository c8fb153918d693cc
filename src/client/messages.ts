import type { List, Page } from '../contract/fields.js'
import type { Message, MessagePage } from '../contract/messages.js'
import type { Reaction } from '../contract/reactions.js'
import type { ChatClientError } from './api/errors.js'
import type { Messages as Api, Draft, MessageWindow } from './api/messages.js'
import type { Topic } from './api/topic.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'
import type { Outbox } from './outbox.js'
import { begin, emptyHistory, settle, takeMessage, takePage, withHistory } from './state/messages.js'
import { withEntry } from './state/share.js'
import type { Deed, History } from './state/state.js'
import { windowOf } from './state/window.js'

type Wish<Each = Deed> = Each extends Deed ? Omit<Each, 'id' | 'revision'> : never

let lastDeed = 0

/** One room's messages: loads them, and does to them what its user wishes. */
export function createMessages(
  context: Context,
  outbox: Outbox,
  roomId: string,
  onSend: () => void,
): Api & { resume(): void } {
  const { store, http, socket } = context
  const path = ['rooms', roomId, 'messages']
  let isWanted = false
  let loading: Promise<void> | undefined

  const history = (): History | undefined => context.state.histories.get(roomId)
  const set = (changes: Partial<History>) => store.update((state) => withHistory(state, roomId, changes))
  const topic: Topic<MessageWindow> = store.topic(
    ({ histories, rooms, outbox, me }) => [
      histories.get(roomId),
      rooms.get(roomId)?.room.lastMessageSeq ?? 0,
      outbox,
      me,
    ],
    (...parts) => windowOf(...parts, roomId),
  )

  /** Reads a page into the history that stands now; whatever goes wrong shows in it. */
  async function read(query: object, changes: Partial<History>, done: Partial<History> = {}): Promise<void> {
    set({ error: null, ...changes })
    const standing = history()
    // Left, or begun anew after a reset: then somebody else reads.
    const isCurrent = () => Boolean(standing && history())
    try {
      await context.insist(async (asked) => {
        const page = await http.request<MessagePage>('GET', path, { query })
        store.update((state) => takePage(state, roomId, page, asked, done))
      }, isCurrent)
    } catch (error) {
      const failed = { error: error as ChatClientError, isLoadingBefore: false, isLoadingAfter: false }
      set(history()?.status === 'ready' ? failed : { ...failed, status: 'failed' })
    }
  }

  const load = (): Promise<void> => {
    isWanted = true
    if (history()?.hasLatest) return Promise.resolve()
    loading ??= (async () => {
      while (isWanted && !history()?.hasLatest) {
        store.update((state) =>
          state.histories.has(roomId)
            ? state
            : { ...state, histories: withEntry(state.histories, roomId, emptyHistory) },
        )
        const standing = history()
        await read({}, standing?.status === 'failed' ? { status: 'loading' } : {}, { hasLatest: true })
        if (history()?.error) return
      }
    })().finally(() => {
      loading = undefined
    })
    return loading
  }

  async function beside(side: 'before' | 'after', limit = 50): Promise<void> {
    const flag = side === 'before' ? 'isLoadingBefore' : 'isLoadingAfter'
    const { items, hasBefore, hasAfter } = topic.getSnapshot()
    const sent = items.filter(({ state }) => state === 'sent')
    const edge = side === 'before' ? sent[0] : sent.at(-1)
    if (!edge || history()?.[flag] || !(side === 'before' ? hasBefore : hasAfter)) return
    await read({ [side]: edge.seq, limit }, { [flag]: true }, { [flag]: false })
  }

  async function jumpTo(seq: number): Promise<void> {
    await load()
    const isHere = topic.getSnapshot().items.some((item) => item.seq === seq)
    if (isHere) set({ anchor: seq })
    else await read({ around: seq }, {}, { anchor: seq })
  }

  /** Does it here at once, and back again if the server refuses. */
  async function wish<T>(type: string, wished: Wish, take?: (result: T) => void): Promise<T> {
    const { messageId } = wished
    const revision = history()?.items.find(({ id }) => id === messageId)?.revision ?? -1
    const deed = { ...wished, id: ++lastDeed, revision } as Deed
    store.update((state) => begin(state, roomId, deed))
    try {
      const { type: _, ...fields } = wished
      const result = await socket.command<T>(type, { roomId, ...fields })
      take?.(result)
      store.update((state) => settle(state, roomId, deed, true))
      return result
    } catch (error) {
      store.update((state) => settle(state, roomId, deed, false))
      throw error
    }
  }

  return {
    ...topic,
    load,
    loadBefore: (limit) => beside('before', limit),
    loadAfter: (limit) => beside('after', limit),
    jumpTo,
    async jumpToLatest() {
      set({ anchor: null })
      await load()
    },
    resume: () => void (isWanted && load()),
    send: (draft: Draft) => {
      const sent = outbox.send(roomId, draft)
      sent.catch(ignore)
      onSend()
      return sent
    },
    retry: (clientId) => outbox.retry(clientId),
    discard: (clientId) => outbox.discard(clientId),
    edit: (messageId, text) =>
      wish<Message>('message.edit', { type: 'edit', messageId, text }, (message) =>
        store.update((state) => takeMessage(state, message)),
      ),
    delete: (messageId) => wish<void>('message.delete', { type: 'delete', messageId }),
    react: (messageId, reaction) => wish<Reaction>('reaction.add', { type: 'react', messageId, reaction }),
    unreact: (messageId, reaction) => wish<void>('reaction.remove', { type: 'unreact', messageId, reaction }),
    async get(messageId) {
      const message = await http.request<Message>('GET', [...path, messageId])
      store.update((state) => takeMessage(state, message))
      return message
    },
    reactions: (messageId, page: Page = {}) =>
      http.request<List<Reaction>>('GET', [...path, messageId, 'reactions'], { query: page }),
    search: (q, { signal, ...page } = {}) =>
      http.request<List<Message>>('GET', path, { query: { q, ...page }, signal }),
  }
}
