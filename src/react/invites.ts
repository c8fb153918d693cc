import { useCallback, useEffect, useState } from 'react'
import type {
  AnyData,
  ChatClientError,
  DataOf,
  DataSource,
  Invite,
  InvitedRoom,
  Room,
  RoomInvites,
} from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import type { MaybeId } from './nothing.js'
import { type Listing, useListing } from './search.js'

/**
 * Links into a room, for who may add people, and the handle to make and to revoke them; none without an id. `reload` after a
 * change shows it.
 */
export function useInvites(roomId: MaybeId): Listing<Invite> & { handle: RoomInvites | null } {
  const client = useChatClient()
  const handle = roomId ? client.room(roomId).invites : null
  const list = useListing<Invite>(handle?.list ?? null, handle)
  return { ...list, handle }
}

/** Where a link leads. */
export interface InviteState<Source extends DataSource = AnyData> {
  /** The room as far as the link shows it; null while it is asked for, and where there is none. */
  room: InvitedRoom | null
  /** Why there is none: `not_found` where the link has ended, or does not let me in. */
  error: ChatClientError | null
  /** Joins the room; rejects where that is refused. */
  join(): Promise<Room<DataOf<Source>>>
}

/** Where the link with this code leads, and the way in; without a code nothing is asked for, and `join` rejects. */
export function useInvite<Source extends DataSource = AnyData>(code: MaybeId): InviteState<Source> {
  const { invites } = useChatClient<Source>()
  const [known, setKnown] = useState<Pick<InviteState, 'room' | 'error'> & { code: MaybeId }>()
  useEffect(() => {
    if (!code) return undefined
    let isWanted = true
    invites.get(code).then(
      (room) => isWanted && setKnown({ code, room, error: null }),
      (error: ChatClientError) => isWanted && setKnown({ code, room: null, error }),
    )
    return () => {
      isWanted = false
    }
  }, [invites, code])
  const join = useCallback(() => invites.join(code ?? ''), [invites, code])
  const { room = null, error = null } = known?.code === code ? (known ?? {}) : {}
  return { room, error, join }
}
