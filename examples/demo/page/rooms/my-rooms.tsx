import type { Room } from 'express-chat/client'
import { useRooms } from 'express-chat/react'
import { MoreRooms } from './more-rooms.js'
import { RequestList } from './request-list.js'
import { RoomRow } from './room-row.js'
import { RoomSkeleton } from './room-skeleton.js'

interface ListProps {
  openRoomId: string | null
}

/** My rooms: those that I have pinned, and all others. */
export function MyRooms({ openRoomId }: ListProps) {
  const { items, status, hasMore, handle } = useRooms()
  const pinned = items.filter(({ me }) => me?.isPinned)
  return (
    <>
      <RequestList />
      {pinned.length > 0 && <Section title="Pinned" rooms={pinned} openRoomId={openRoomId} />}
      <Section
        title={pinned.length > 0 ? 'All rooms' : null}
        rooms={items.filter(({ me }) => !me?.isPinned)}
        openRoomId={openRoomId}
      />
      {status !== 'ready' && <RoomSkeleton isPartial={items.length > 0} />}
      {hasMore && <MoreRooms onReached={() => handle.loadMore()} />}
      {status === 'ready' && items.length === 0 && (
        <p className="hint">You’re not in any rooms yet. Create one, or discover a public one.</p>
      )}
    </>
  )
}

/** Those that I have put away, which are asked for when this is shown. */
export function ArchivedRooms({ openRoomId }: ListProps) {
  const { items, status, hasMore, handle } = useRooms({ archived: true })
  return (
    <>
      <Section title="Archived" rooms={items} openRoomId={openRoomId} />
      {status !== 'ready' && <RoomSkeleton isPartial={items.length > 0} />}
      {hasMore && <MoreRooms onReached={() => handle.loadMore()} />}
      {status === 'ready' && items.length === 0 && (
        <p className="hint">Nothing is archived. A room that you archive waits here until somebody writes in it.</p>
      )}
    </>
  )
}

interface SectionProps extends ListProps {
  title: string | null
  rooms: readonly Room[]
}

function Section({ title, rooms, openRoomId }: SectionProps) {
  return (
    <section aria-label={title ?? undefined}>
      {title && <h2 className="room-section">{title}</h2>}
      <ul className="room-list">
        {rooms.map((room) => (
          <RoomRow key={room.id} room={room} isOpen={room.id === openRoomId} />
        ))}
      </ul>
    </section>
  )
}
