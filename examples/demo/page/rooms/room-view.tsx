import type { FoundMessage, Message, ShownMessage } from 'express-chat/client'
import { useMe, useMessages, useRoom, useTyping } from 'express-chat/react'
import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react'
import { Composer, type ComposerHandle } from '../composer/composer.js'
import type { Subject } from '../composer/subject-line.js'
import { useUntil } from '../design/use-until.js'
import type { JumpTarget } from '../messages/use-timeline-scroll.js'
import { CannotWrite } from './cannot-write.js'
import { Conversation } from './conversation.js'
import { DetailsPanel } from './details-panel.js'
import { PinBar } from './pin-bar.js'
import { PinsPanel } from './pins-panel.js'
import { type Panel, RoomHeader } from './room-header.js'
import { roomName } from './room-name.js'
import { SearchPanel } from './search-panel.js'
import { ThreadPanel } from './thread-panel.js'
import { typingText } from './typing-text.js'
import './conversation.css'

interface RoomViewProps {
  roomId: string
  /** Another one is open; this one only keeps what was begun in it. */
  hidden: boolean
  /** What was found here by the search of all rooms: where to go. */
  found: FoundMessage | null
  /** A thread that was chosen from those that I follow: a new object each time. */
  chosen: ChosenThread | null
}

/** A message whose thread is to be opened. */
export interface ChosenThread {
  roomId: string
  messageId: string
}

interface OpenThread {
  messageId: string
  jump: JumpTarget | null
}

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes('Files')

const hasText = ({ user, deletedAt, text }: ShownMessage, myId: string): boolean =>
  user?.id === myId && deletedAt === null && text !== ''

/** A room of mine: what was said, where to write, and what stands beside it. */
export function RoomView({ roomId, hidden, found, chosen }: RoomViewProps) {
  const { room } = useRoom(roomId)
  const me = useMe()
  const { items } = useMessages(roomId)
  const composer = useRef<ComposerHandle>(null)
  const [subject, setSubject] = useState<Subject | null>(null)
  const [panel, showPanel] = useState<Panel | null>(null)
  const [thread, setThread] = useState<OpenThread | null>(null)
  const [jump, setJump] = useState<JumpTarget | null>(null)
  const [isDropping, setIsDropping] = useState(false)
  const isSilenced = useUntil(room?.me?.silencedUntil)
  const openThread = useCallback((messageId: string, to?: JumpTarget) => {
    showPanel(null)
    setThread({ messageId, jump: to ?? null })
  }, [])
  /** Goes to a message, which may be in a thread alone. */
  const goTo = useCallback(
    ({ seq, threadId, alsoInRoom }: Pick<Message, 'seq' | 'threadId' | 'alsoInRoom'>) => {
      if (threadId !== null && !alsoInRoom) openThread(threadId, { seq })
      else setJump({ seq })
    },
    [openThread],
  )
  useEffect(() => {
    if (found) goTo(found.message)
  }, [found, goTo])
  useEffect(() => {
    if (chosen) openThread(chosen.messageId)
  }, [chosen, openThread])
  const setPanel = (next: Panel | null) => {
    setThread(null)
    showPanel(next)
  }
  const closePanel = useCallback(() => {
    setThread(null)
    showPanel(null)
  }, [])
  if (!room?.me || !me) return null
  const { permissions } = room.me
  const canWrite = permissions.canCreateMessages && !room.isBlocked && !isSilenced

  const editLast = () => {
    const last = permissions.canEditOwnMessages && items.findLast((message) => hasText(message, me.id))
    // While the last one is on its way, an older one is not what is meant.
    if (last && last.state === 'sent') setSubject({ kind: 'edit', message: last })
  }
  const drag = {
    onDragOver(event: DragEvent) {
      if (!hasFiles(event) || !canWrite) return
      event.preventDefault()
      setIsDropping(true)
    },
    onDragLeave(event: DragEvent) {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setIsDropping(false)
    },
    onDrop(event: DragEvent) {
      setIsDropping(false)
      if (!hasFiles(event)) return
      event.preventDefault()
      composer.current?.addFiles(event.dataTransfer.files)
    },
  }
  return (
    <>
      <section
        className={`conversation ${isDropping ? 'dropping' : ''}`}
        aria-label={roomName(room)}
        hidden={hidden}
        {...drag}
      >
        {!hidden && (
          <>
            <RoomHeader room={room} panel={panel} onPanel={setPanel} />
            <PinBar roomId={roomId} onJump={goTo} onAll={() => setPanel('pins')} />
            <Conversation roomId={roomId} jump={jump} onJump={setJump} onThread={openThread} onSubject={setSubject} />
            <TypingLine roomId={roomId} />
          </>
        )}
        {canWrite ? (
          <Composer
            ref={composer}
            roomId={roomId}
            myId={me.id}
            hidden={hidden}
            subject={subject}
            onSubject={setSubject}
            onEditLast={editLast}
          />
        ) : (
          <CannotWrite room={room} />
        )}
      </section>
      {!hidden && panel === 'details' && <DetailsPanel roomId={roomId} onClose={closePanel} />}
      {!hidden && panel === 'pins' && <PinsPanel room={room} onJump={goTo} onClose={closePanel} />}
      {!hidden && panel === 'search' && <SearchPanel roomId={roomId} onJump={goTo} onClose={closePanel} />}
      {!hidden && thread && (
        // Another one begins without the quote and the place of the one before.
        <ThreadPanel key={thread.messageId} roomId={roomId} {...thread} onJumpInRoom={setJump} onClose={closePanel} />
      )}
    </>
  )
}

function TypingLine({ roomId }: { roomId: string }) {
  return <p className="typing-line">{typingText(useTyping(roomId))}</p>
}
