import { useEffect } from 'react'
import type { AnyData, DataOf, DataSource, PinList, Pins } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { type MaybeId, noPins } from './nothing.js'
import { useObservable } from './observable.js'

type List<Source extends DataSource> = PinList<DataOf<Source>>
type Handle<Source extends DataSource> = Pins<DataOf<Source>>

/** A room's pinned messages, newest pin first, and the handle to pin and to unpin. Without an id: none, and no handle. */
export function usePins<Source extends DataSource = AnyData>(roomId: string): List<Source> & { handle: Handle<Source> }
export function usePins<Source extends DataSource = AnyData>(
  roomId: MaybeId,
): List<Source> & { handle: Handle<Source> | null }
export function usePins<Source extends DataSource = AnyData>(
  roomId: MaybeId,
): List<Source> & { handle: Handle<Source> | null } {
  const client = useChatClient<Source>()
  const handle = roomId ? client.room(roomId).pins : null
  const list = useObservable<List<Source>>(handle ?? noPins)
  useEffect(() => void handle?.load(), [handle])
  return { ...list, handle }
}
