import { useEffect } from 'react'
import type { BlockList, Blocks } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { useObservable } from './observable.js'

/** Whom I block, and the handle to change it. While it is mounted somewhere, `useMessages` marks what they say with `isBlocked`. */
export function useBlocks(): BlockList & { handle: Blocks } {
  const { blocks: handle } = useChatClient()
  const list = useObservable<BlockList>(handle)
  useEffect(() => void handle.load(), [handle])
  return { ...list, handle }
}
