import type { FoundMessage } from 'express-chat/client'
import { useMe, useRooms } from 'express-chat/react'
import { type KeyboardEvent, type RefObject, useState } from 'react'
import { AllScheduledDialog, ScheduledEntry } from '../composer/scheduled-dialog.js'
import { UserAvatar } from '../design/avatar.js'
import { Icon } from '../design/icon.js'
import { IconButton } from '../design/icon-button.js'
import { enterList, useRoving } from '../design/roving.js'
import { SearchField } from '../design/search-field.js'
import { ProfileDialog } from '../people/profile-dialog.js'
import { userName } from '../people/user-name.js'
import { DiscoverDialog } from './discover-dialog.js'
import { Found } from './found.js'
import { ArchivedRooms, MyRooms } from './my-rooms.js'
import { NewRoomDialog } from './new-room-dialog.js'
import { ThreadList, ThreadsEntry } from './thread-list.js'
import { useAddedNotice } from './use-added-notice.js'
import './room-list.css'
import './sidebar.css'

interface SidebarProps {
  openRoomId: string | null
  onJump(to: FoundMessage): void
  onThread(roomId: string, messageId: string): void
  searchRef: RefObject<HTMLInputElement | null>
}

/** My rooms, and the ways to more of them. */
export function Sidebar({ openRoomId, onJump, onThread, searchRef }: SidebarProps) {
  const me = useMe()
  useAddedNotice()
  const { status } = useRooms()
  const [showsArchive, setShowsArchive] = useState(false)
  const [q, setQ] = useState('')
  const [showsThreads, setShowsThreads] = useState(false)
  const [dialog, setDialog] = useState<'profile' | 'discover' | 'new' | 'scheduled' | null>(null)
  const close = () => setDialog(null)
  const list = useRoving<HTMLElement>({ items: '.room-row', typeAhead: true, above: searchRef })
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'Escape' || !q) return
    setQ('')
    searchRef.current?.focus()
  }
  return (
    <section className="sidebar" aria-label="Rooms" onKeyDown={onKeyDown}>
      <header>
        <button type="button" className="profile-button" title="My profile" onClick={() => setDialog('profile')}>
          <UserAvatar user={me} />
          <span className="ellipsis" dir="auto">
            {me ? userName(me) : ''}
          </span>
          <span className="for-screen-readers">My profile</span>
        </button>
        <IconButton icon="discover" label="Discover public rooms" onClick={() => setDialog('discover')} />
        <IconButton icon="plus" label="New conversation" onClick={() => setDialog('new')} />
      </header>
      <div className="sidebar-search">
        <SearchField
          ref={searchRef}
          label="Search rooms, people and messages"
          value={q}
          onChange={(event) => setQ(event.target.value)}
          onKeyDown={(event) => enterList(event, list.ref)}
        />
      </div>
      <nav aria-label="My rooms" aria-busy={status !== 'ready'} {...list}>
        {q.trim() ? (
          <Found q={q.trim()} openRoomId={openRoomId} onJump={onJump} onDone={() => setQ('')} />
        ) : showsArchive ? (
          <ArchivedRooms openRoomId={openRoomId} />
        ) : (
          <>
            <ThreadsEntry isOpen={showsThreads} onToggle={() => setShowsThreads(!showsThreads)} />
            {showsThreads ? (
              <ThreadList onOpen={({ room, message }) => onThread(room.id, message.id)} />
            ) : (
              <MyRooms openRoomId={openRoomId} />
            )}
          </>
        )}
      </nav>
      <button
        type="button"
        className="archive-button"
        aria-pressed={showsArchive}
        onClick={() => setShowsArchive(!showsArchive)}
      >
        <Icon name={showsArchive ? 'back' : 'archive'} />
        {showsArchive ? 'Leave the archive' : 'Archived'}
      </button>
      <ScheduledEntry onOpen={() => setDialog('scheduled')} />
      {dialog === 'profile' && <ProfileDialog onClose={close} />}
      {dialog === 'scheduled' && <AllScheduledDialog onClose={close} />}
      {dialog === 'discover' && <DiscoverDialog onClose={close} />}
      {dialog === 'new' && <NewRoomDialog onClose={close} />}
    </section>
  )
}
