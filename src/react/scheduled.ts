import { useMemo } from 'react'
import type { AllScheduled, AnyData, DataOf, DataSource, ScheduledMessage, ScheduledMessages } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { type MaybeId, none } from './nothing.js'
import { useObservable } from './observable.js'
import { type Listing, type Read, useListing } from './search.js'

type Scheduled<Source extends DataSource> = Listing<ScheduledMessage<DataOf<Source>>>

/**
 * Messages of mine that the server sends later, and the handle to write, change and cancel them: in a room, or, called without
 * anything, in all rooms; none where the id is not there yet. They are read again whenever one of them has changed.
 */
export function useScheduled<Source extends DataSource = AnyData>(): Scheduled<Source> & {
  handle: AllScheduled<DataOf<Source>>
}
export function useScheduled<Source extends DataSource = AnyData>(
  roomId: MaybeId,
): Scheduled<Source> & { handle: ScheduledMessages<DataOf<Source>> | null }
export function useScheduled<Source extends DataSource = AnyData>(...of: [roomId?: MaybeId]) {
  const client = useChatClient<Source>()
  const [roomId] = of
  const inRoom = roomId ? client.room(roomId).scheduled : null
  const handle = of.length === 0 ? client.scheduled : inRoom
  const revision = useObservable<number | null>(handle ?? none)
  const read = useMemo<Read<ScheduledMessage<DataOf<Source>>> | null>(
    () => (handle && revision !== 0 ? (page) => handle.list(page) : null),
    [handle, revision],
  )
  return { ...useListing(read, handle), handle }
}
