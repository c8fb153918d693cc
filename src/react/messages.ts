import { useEffect } from 'react'
import type { AnyData, DataOf, DataSource, Messages, MessageWindow } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { type MaybeId, noWindow } from './nothing.js'
import { useObservable } from './observable.js'

type Window<Source extends DataSource> = MessageWindow<DataOf<Source>>
type Handle<Source extends DataSource> = Messages<DataOf<Source>>

/** A room's messages, and the handle to act on them. Loads the newest page once it is mounted. Without an id: none, and no handle. */
export function useMessages<Source extends DataSource = AnyData>(
  roomId: string,
): Window<Source> & { handle: Handle<Source> }
export function useMessages<Source extends DataSource = AnyData>(
  roomId: MaybeId,
): Window<Source> & { handle: Handle<Source> | null }
export function useMessages<Source extends DataSource = AnyData>(
  roomId: MaybeId,
): Window<Source> & { handle: Handle<Source> | null } {
  const client = useChatClient<Source>()
  const handle = roomId ? client.room(roomId).messages : null
  const window = useObservable<Window<Source>>(handle ?? noWindow)
  useEffect(() => void handle?.load(), [handle])
  return { ...window, handle }
}
