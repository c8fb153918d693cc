import { useMe, useRoom, useThread } from 'express-chat/react'
import { useState } from 'react'
import { Composer } from '../composer/composer.js'
import type { Subject } from '../composer/subject-line.js'
import { UserAvatar } from '../design/avatar.js'
import { Icon } from '../design/icon.js'
import { useOverlays } from '../design/overlays.js'
import { fullTime, roughTime } from '../design/time.js'
import { useUntil } from '../design/use-until.js'
import { summary } from '../messages/summary.js'
import type { JumpTarget } from '../messages/use-timeline-scroll.js'
import { userName } from '../people/user-name.js'
import { CannotWrite } from './cannot-write.js'
import { Conversation } from './conversation.js'
import { SidePanel } from './panel.js'
import './thread-panel.css'

interface ThreadPanelProps {
  roomId: string
  messageId: string
  jump: JumpTarget | null
  /** Goes to a message of the room. */
  onJumpInRoom(to: JumpTarget): void
  onClose(): void
}

/** A message, the replies to it, and where to write another. */
export function ThreadPanel({ roomId, messageId, jump, onJumpInRoom, onClose }: ThreadPanelProps) {
  const { room } = useRoom(roomId)
  const me = useMe()
  const { root } = useThread(roomId, messageId)
  const [subject, setSubject] = useState<Subject | null>(null)
  const [jumped, setJumped] = useState<JumpTarget | null>(null)
  const isSilenced = useUntil(room?.me?.silencedUntil)
  if (!room?.me || !me) return null
  const canWrite = room.me.permissions.canCreateMessages && !room.isBlocked && !isSilenced
  return (
    <SidePanel title="Thread" onClose={onClose} className="thread-panel">
      {root && (
        <button type="button" className="thread-root" onClick={() => onJumpInRoom({ seq: root.seq })}>
          <UserAvatar user={root.user} />
          <span className="grow">
            <span className="thread-root-author">
              <b className="ellipsis" dir="auto">
                {root.user?.id === me.id ? 'You' : userName(root.user)}
              </b>
              <time dateTime={root.createdAt} title={fullTime(root.createdAt)}>
                {roughTime(root.createdAt)}
              </time>
            </span>
            <span className="thread-root-text" dir="auto">
              {summary(root)}
            </span>
          </span>
        </button>
      )}
      <Follow roomId={roomId} messageId={messageId} />
      <Conversation
        key={messageId}
        roomId={roomId}
        threadId={messageId}
        jump={jumped ?? jump}
        onJump={setJumped}
        onSubject={setSubject}
      />
      {canWrite ? (
        <Composer
          key={`write ${messageId}`}
          roomId={roomId}
          threadId={messageId}
          myId={me.id}
          hidden={false}
          subject={subject}
          onSubject={setSubject}
          onEditLast={() => undefined}
        />
      ) : (
        <CannotWrite room={room} />
      )}
    </SidePanel>
  )
}

function Follow({ roomId, messageId }: { roomId: string; messageId: string }) {
  const { me, handle } = useThread(roomId, messageId)
  const { attempt } = useOverlays()
  if (!me || !handle) return null
  return (
    <button
      type="button"
      className="link-button thread-follow"
      aria-pressed={me.isFollowing}
      onClick={() => attempt(() => handle.follow(!me.isFollowing))}
    >
      <Icon name={me.isFollowing ? 'bell-off' : 'check'} small />
      {me.isFollowing ? 'Stop following' : 'Follow this thread'}
    </button>
  )
}
