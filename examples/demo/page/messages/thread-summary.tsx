import type { ShownMessage } from 'express-chat/client'
import { useChatClient, useUser } from 'express-chat/react'
import { useEffect } from 'react'
import { UserAvatar } from '../design/avatar.js'
import { Icon } from '../design/icon.js'
import { fullTime, roughTime } from '../design/time.js'
import { useConversation } from './conversation-actions.js'
import './thread-summary.css'

/** What a message shows of its thread: who replied, how often, and when last. */
export function ThreadSummary({ message, tab }: { message: ShownMessage; tab: number }) {
  const { openThread } = useConversation()
  const { thread } = message
  if (!thread || !openThread || (thread.count === 0 && message.deletedAt)) return null
  return (
    <button type="button" className="thread-summary" tabIndex={tab} onClick={() => openThread(message)}>
      <span className="faces">
        {thread.userIds.map((id) => (
          <Face key={id} id={id} />
        ))}
      </span>
      <b>{thread.count === 1 ? '1 reply' : `${thread.count} replies`}</b>
      <time dateTime={thread.lastAt} title={fullTime(thread.lastAt)}>
        {roughTime(thread.lastAt)}
      </time>
      <Icon name="next" small />
    </button>
  )
}

/** Somebody of whom only the id came with the message. */
export function Face({ id }: { id: string }) {
  const client = useChatClient()
  const user = useUser(id)
  useEffect(() => {
    // A face that is not known yet is an initial.
    if (!client.users.known(id).getSnapshot()) client.users.get(id).catch(() => undefined)
  }, [client, id])
  return <UserAvatar user={user ?? { id, name: id, description: '', avatarUrl: null, lastSeenAt: null }} size="s" />
}
