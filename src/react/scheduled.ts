import { useEffect } from 'react'
import type { AnyData, DataOf, DataSource, ScheduledMessage, ScheduledMessages } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import type { MaybeId } from './nothing.js'
import { type Listing, useListing } from './search.js'

/**
 * Messages of mine in a room that the server sends later, and the handle to write, change and cancel them; none without an
 * id. It is read again whenever one of them has changed.
 */
export function useScheduled<Source extends DataSource = AnyData>(
  roomId: MaybeId,
): Listing<ScheduledMessage<DataOf<Source>>> & { handle: ScheduledMessages<DataOf<Source>> | null } {
  const client = useChatClient<Source>()
  const handle = roomId ? client.room(roomId).scheduled : null
  const list = useListing<ScheduledMessage<DataOf<Source>>>(handle?.list ?? null, handle)
  const { reload } = list
  useEffect(
    () => client.onEvent((event) => event.type === 'scheduled.updated' && event.roomId === roomId && reload()),
    [client, roomId, reload],
  )
  return { ...list, handle }
}
