import type { FoundMessage, Room, User } from 'express-chat/client'
import { useChatClient, useMe, usePublicRooms, useRooms, useSearch, useUserSearch } from 'express-chat/react'
import { useEffect } from 'react'
import { openRoom } from '../app/address.js'
import { RoomAvatar, UserAvatar } from '../design/avatar.js'
import { LoadError } from '../design/load-error.js'
import { useOverlays } from '../design/overlays.js'
import { userName } from '../people/user-name.js'
import { FoundMessages } from './found-messages.js'
import { aboutRoom, roomName } from './room-name.js'
import { RoomRow } from './room-row.js'

interface FoundProps {
  q: string
  openRoomId: string | null
  onJump(to: FoundMessage): void
  onDone(): void
}

/** So many of my rooms are enough to choose from. */
const enough = 5

/** What the search above the rooms finds: my rooms, people to write to, public rooms to join, and messages of all my rooms. */
export function Found({ q, openRoomId, onJump, onDone }: FoundProps) {
  const client = useChatClient()
  const me = useMe()
  const { attempt } = useOverlays()
  const { items: rooms, hasMore, handle } = useRooms()
  const people = useUserSearch(q)
  const publicRooms = usePublicRooms(q)
  const messages = useSearch({ q })

  const mine = rooms.filter((room) => roomName(room).toLowerCase().includes(q.toLowerCase()))
  // Names of rooms that are not loaded yet are looked for page by page, until there is something to choose from.
  const isToBeLoaded = hasMore && mine.length < enough
  useEffect(() => {
    if (isToBeLoaded) void handle.loadMore()
  })
  const others = people.items.filter(({ id }) => id !== me?.id)
  const toJoin = publicRooms.items.filter(({ id, me }) => !me && !rooms.some((room) => room.id === id))
  const open = (roomId: string) => {
    openRoom(roomId)
    onDone()
  }
  const writeTo = ({ id }: User) =>
    attempt(async () => open((await client.rooms.create({ type: 'private', userIds: [id] })).id))
  const searches = [people, publicRooms, messages]
  const failed = searches.filter(({ error }) => error !== null)
  const retry = () => {
    for (const { reload } of failed) reload()
  }
  const status = searches.some(({ isLoading }) => isLoading) ? 'Searching…' : failed.length === 0 && 'Nothing found'
  const isEmpty = mine.length + others.length + toJoin.length + messages.items.length === 0
  return (
    <>
      <Section title="My rooms" isShown={mine.length > 0}>
        {mine.map((room) => (
          <RoomRow key={room.id} room={room} isOpen={room.id === openRoomId} />
        ))}
      </Section>
      <Section title="People" isShown={others.length > 0}>
        {others.map((user) => (
          <FoundRow
            key={user.id}
            avatar={<UserAvatar user={user} size="l" />}
            name={userName(user)}
            about={user.description || 'Send a private message'}
            onClick={() => writeTo(user)}
          />
        ))}
      </Section>
      <Section title="Public rooms" isShown={toJoin.length > 0}>
        {toJoin.map((room: Room) => (
          <FoundRow
            key={room.id}
            avatar={<RoomAvatar room={room} size="l" />}
            name={roomName(room)}
            about={aboutRoom(room)}
            onClick={() => open(room.id)}
          />
        ))}
      </Section>
      <Section title="Messages" isShown={messages.items.length > 0}>
        <FoundMessages items={messages.items} onJump={onJump} />
      </Section>
      {messages.hasMore && (
        <button type="button" className="button" onClick={messages.loadMore}>
          Show more messages
        </button>
      )}
      {failed[0] && <LoadError error={failed[0].error} onRetry={retry} />}
      <p className="room-section" role="status">
        {isEmpty && status}
      </p>
    </>
  )
}

function Section({ title, isShown, children }: { title: string; isShown: boolean; children: React.ReactNode }) {
  if (!isShown) return null
  return (
    <section aria-label={title}>
      <h2 className="room-section">{title}</h2>
      <ul className="room-list">{children}</ul>
    </section>
  )
}

interface FoundRowProps {
  avatar: React.ReactNode
  name: string
  about: string
  onClick(): void
}

function FoundRow({ avatar, name, about, onClick }: FoundRowProps) {
  return (
    <li>
      <button type="button" className="room-row" tabIndex={-1} data-name={name} onClick={onClick}>
        {avatar}
        <span className="room-row-lines">
          <span className="room-row-name ellipsis" dir="auto">
            {name}
          </span>
          <span className="room-row-last ellipsis" dir="auto">
            {about}
          </span>
        </span>
      </button>
    </li>
  )
}
