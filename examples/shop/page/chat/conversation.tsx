import {
  useBlocks,
  useChatClient,
  useConnection,
  useMe,
  useMembers,
  usePresence,
  useRoom,
  useTyping,
} from 'express-chat/react'
import { shortTime } from '../design/time.js'
import { Composer } from './composer.js'
import { Timeline } from './timeline.js'
import './conversation.css'

/** What the two people of an order say to each other. */
export function Conversation({ roomId }: { roomId: string }) {
  const me = useMe()
  const { items: members, status } = useMembers(roomId)
  const typing = useTyping(roomId)
  const connection = useConnection()
  const other = members.find(({ user }) => user.id !== me?.id)
  return (
    <section className="card conversation" aria-label="Conversation">
      <header className="row">
        <h2 className="grow">{other?.user.name ?? 'Deleted user'}</h2>
        {other && <Presence userId={other.user.id} />}
        {other && <BlockButton roomId={roomId} userId={other.user.id} name={other.user.name} />}
      </header>
      {connection.status === 'reconnecting' && (
        <p className="connection">The connection is lost. What you write waits.</p>
      )}
      <Timeline roomId={roomId} myId={me?.id} otherReadSeq={other?.lastReadSeq ?? 0} />
      <p className="typing" role="status">
        {typing.length > 0 && `${typing.map(({ name }) => name).join(', ')} is typing …`}
      </p>
      <Writing roomId={roomId} isAlone={status === 'ready' && !other} />
    </section>
  )
}

/** Where one writes, or why one cannot. */
function Writing({ roomId, isAlone }: { roomId: string; isAlone: boolean }) {
  const { room } = useRoom(roomId)
  const silencedUntil = room?.me?.silencedUntil
  if (isAlone) return <p className="closed">Nobody is left to read what you write.</p>
  if (silencedUntil && new Date(silencedUntil) > new Date())
    return <p className="closed">The shop lets you read only, until {shortTime(silencedUntil)}.</p>
  return <Composer roomId={roomId} />
}

function Presence({ userId }: { userId: string }) {
  const presence = usePresence(userId)
  return <small className={presence?.online ? 'online' : ''}>{presence?.online ? 'is here' : 'is away'}</small>
}

/** Whom one blocks is not heard any more, cannot buy from one, and is counted as no unread. */
function BlockButton({ roomId, userId, name }: { roomId: string; userId: string; name: string }) {
  const room = useChatClient().room(roomId)
  const { items, status, handle } = useBlocks()
  if (status !== 'ready') return null
  const isBlocked = items.some(({ user }) => user.id === userId)
  const change = async () => {
    await (isBlocked ? handle.remove(userId) : handle.add(userId))
    await room.mute(!isBlocked)
  }
  const action = isBlocked ? 'Unblock' : 'Block'
  return (
    <button type="button" className="plain" onClick={change} aria-label={`${action} ${name}`}>
      {action}
    </button>
  )
}
