import { useEffect } from 'react'
import type { Message, MessageWindow, ThreadHandle, ThreadList, ThreadMe, Threads } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { type MaybeId, none, noWindow } from './nothing.js'
import { useObservable } from './observable.js'

/** A thread: the message that it is of, its replies, and my side of it. Loads them once it is mounted. Without ids: none, and no handle. */
export function useThread(
  roomId: MaybeId,
  messageId: MaybeId,
): MessageWindow & { root: Message | null; me: ThreadMe | null; handle: ThreadHandle | null } {
  const client = useChatClient()
  const handle = roomId && messageId ? client.room(roomId).thread(messageId) : null
  const window = useObservable(handle?.messages ?? noWindow)
  const root = useObservable<Message | null>(handle?.root ?? none)
  const me = useObservable<ThreadMe | null>(handle?.me ?? none)
  useEffect(() => void handle?.load(), [handle])
  return { ...window, root, me, handle }
}

/** The threads that I follow, and the handle to load more of them. Loads the first once it is mounted. */
export function useThreads(): ThreadList & { handle: Threads } {
  const { threads } = useChatClient()
  const list = useObservable(threads)
  useEffect(() => void threads.load(), [threads])
  return { ...list, handle: threads }
}
