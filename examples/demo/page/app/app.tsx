import type { FoundMessage } from 'express-chat/client'
import { useRoom, useRooms, useUnread } from 'express-chat/react'
import { useEffect, useRef, useState } from 'react'
import { Icon } from '../design/icon.js'
import { ClosedRoom } from '../rooms/closed-room.js'
import { InvitedRoom } from '../rooms/invited-room.js'
import { roomName } from '../rooms/room-name.js'
import { type ChosenThread, RoomView } from '../rooms/room-view.js'
import { Sidebar } from '../rooms/sidebar.js'
import { openRoom, useInviteCode, useOpenRoom } from './address.js'
import { ConnectionBar } from './connection-bar.js'
import { useNotificationClicks } from './push.js'
import { ShortcutsDialog, useShortcuts } from './shortcuts.js'
import './app.css'

/** The chat: rooms beside the open one, or one of both on a narrow screen. */
export function App() {
  const roomId = useOpenRoom()
  const code = useInviteCode()
  const search = useRef<HTMLInputElement>(null)
  const [isHelping, setIsHelping] = useState(false)
  const [found, setFound] = useState<FoundMessage | null>(null)
  const [chosen, setChosen] = useState<ChosenThread | null>(null)
  const openThread = (roomId: string, messageId: string) => {
    openRoom(roomId)
    setChosen({ roomId, messageId })
  }
  const jump = (to: FoundMessage) => {
    openRoom(to.room.id)
    // Anew each time, so that one may go to the same message again.
    setFound({ ...to })
  }
  useNotificationClicks()
  useShortcuts({ openRoomId: roomId, search, onHelp: () => setIsHelping(true) })
  return (
    <div className="app">
      <ConnectionBar />
      <main className="columns" data-view={roomId === null && code === null ? 'list' : 'room'}>
        <h1 className="for-screen-readers">Chat</h1>
        <Sidebar openRoomId={roomId} onJump={jump} onThread={openThread} searchRef={search} />
        <OpenedRooms roomId={roomId} found={found} chosen={chosen} />
      </main>
      {isHelping && <ShortcutsDialog onClose={() => setIsHelping(false)} />}
      <Title roomId={roomId} />
    </div>
  )
}

interface OpenedRoomsProps {
  roomId: string | null
  found: FoundMessage | null
  chosen: ChosenThread | null
}

/** Rooms that were opened stay, hidden, so that a message begun in one, and files on their way, are there when one comes back. */
function OpenedRooms({ roomId, found, chosen }: OpenedRoomsProps) {
  const mine = useRooms().items
  const code = useInviteCode()
  const [opened, setOpened] = useState<readonly string[]>([])
  if (roomId !== null && !opened.includes(roomId)) setOpened([...opened, roomId])
  const isMine = (id: string) => mine.some((room) => room.id === id)
  return (
    <>
      {opened.filter(isMine).map((id) => (
        <RoomView
          key={id}
          roomId={id}
          hidden={id !== roomId}
          found={found?.room.id === id ? found : null}
          chosen={chosen?.roomId === id ? chosen : null}
        />
      ))}
      {(roomId === null || !isMine(roomId)) && (
        <section className="conversation" aria-label="Room">
          {roomId !== null ? (
            <ClosedRoom roomId={roomId} />
          ) : code ? (
            <InvitedRoom key={code} code={code} />
          ) : (
            <NoRoom />
          )}
        </section>
      )}
    </>
  )
}

function NoRoom() {
  return (
    <div className="empty">
      <Icon name="message" />
      <h2>Select a conversation</h2>
      <p>Or start a new one with the plus above the list.</p>
    </div>
  )
}

function Title({ roomId }: { roomId: string | null }) {
  const { messages } = useUnread()
  return roomId === null ? <PageTitle name="Chat" unread={messages} /> : <RoomTitle roomId={roomId} unread={messages} />
}

function RoomTitle({ roomId, unread }: { roomId: string; unread: number }) {
  const { room } = useRoom(roomId)
  return <PageTitle name={room ? roomName(room) : 'Chat'} unread={unread} />
}

function PageTitle({ name, unread }: { name: string; unread: number }) {
  const title = unread > 0 ? `(${unread}) ${name}` : name
  useEffect(() => {
    document.title = title
  }, [title])
  return null
}
