import type { ShownMessage } from 'express-chat/client'
import { type KeyboardEvent, memo, type PointerEvent, useState } from 'react'
import { UserAvatar } from '../design/avatar.js'
import { explain } from '../design/explain.js'
import { Icon } from '../design/icon.js'
import { IconButton } from '../design/icon-button.js'
import { clockTime, fullTime } from '../design/time.js'
import { userName } from '../people/user-name.js'
import { useConversation } from './conversation-actions.js'
import { MediaGrid } from './media-grid.js'
import { MessageText } from './message-text.js'
import { Quote } from './quote.js'
import { Reactions } from './reactions.js'

interface MessageProps {
  message: ShownMessage
  /** It goes on from the one before, by the same person. */
  continues: boolean
  /** And the next one goes on from it. */
  isContinued: boolean
  isRead: boolean
  isCurrent: boolean
}

/** One message. In a long list only the current one is a stop of the Tab key, with what is in it. */
export const Message = memo(function Message(props: MessageProps) {
  const { message, continues, isContinued, isRead, isCurrent } = props
  const { myId, isPrivate, openMenu } = useConversation()
  const [isActive, setIsActive] = useState(false)
  const isMine = message.user?.id === myId
  if (message.kind === 'system') return <SystemMessage message={message} isCurrent={isCurrent} />

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'Enter' || event.target !== event.currentTarget) return
    event.preventDefault()
    openMenu(message, event.currentTarget)
  }
  const flags = { mine: isMine, continues, continued: isContinued, deleted: message.deletedAt !== null }
  const classes = Object.entries(flags).flatMap(([name, isSet]) => (isSet ? [name] : []))
  const author = isMine ? 'You' : userName(message.user)
  return (
    <article
      className={`message ${message.state} ${classes.join(' ')}`}
      data-seq={message.seq || undefined}
      aria-label={`${author}, ${fullTime(message.createdAt)}`}
      tabIndex={isCurrent ? 0 : -1}
      onKeyDown={onKeyDown}
      onPointerEnter={(event: PointerEvent) => event.pointerType === 'mouse' && setIsActive(true)}
      onPointerLeave={() => setIsActive(false)}
      onFocus={() => setIsActive(true)}
      onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setIsActive(false)}
      onContextMenu={(event) => {
        if (getSelection()?.isCollapsed === false || (event.target as Element).closest('a, img')) return
        event.preventDefault()
        openMenu(message, event.currentTarget.querySelector<HTMLElement>('.bubble') ?? event.currentTarget)
      }}
    >
      {!isMine && !isPrivate && (
        <span className="message-avatar">{!continues && <UserAvatar user={message.user} />}</span>
      )}
      <div className="message-body">
        <div className="bubble" onPointerUp={(event) => tap(event) && openMenu(message, event.currentTarget)}>
          {!isMine && !isPrivate && !continues && (
            <span className="author" dir="auto">
              {author}
            </span>
          )}
          <Content message={message} tab={isCurrent ? 0 : -1} />
          <Meta message={message} isMine={isMine} isRead={isRead} />
        </div>
        {isActive && message.state === 'sent' && !message.deletedAt && <Tools message={message} />}
      </div>
      <Reactions message={message} tab={isCurrent ? 0 : -1} />
      {message.state === 'failed' && <Failure message={message} />}
    </article>
  )
})

/** A touch of the bubble itself, and not of something in it. */
const tap = (event: PointerEvent<HTMLElement>): boolean =>
  event.pointerType === 'touch' &&
  !(event.target as Element).closest('button, a, video, audio') &&
  getSelection()?.isCollapsed !== false

function Content({ message, tab }: { message: ShownMessage; tab: number }) {
  const { nameOf, myId } = useConversation()
  if (message.deletedAt) return <span className="message-text">Message deleted</span>
  return (
    <>
      {message.replyTo && <Quote replyTo={message.replyTo} tab={tab} />}
      {message.media.length > 0 && <MediaGrid message={message} tab={tab} />}
      {message.text && <MessageText text={message.text} names={message.mentions.map(nameOf)} myName={nameOf(myId)} />}
    </>
  )
}

function Meta({ message, isMine, isRead }: { message: ShownMessage; isMine: boolean; isRead: boolean }) {
  return (
    <span className="meta">
      {message.editedAt && !message.deletedAt && <span title={fullTime(message.editedAt)}>edited</span>}
      <time dateTime={message.createdAt} title={fullTime(message.createdAt)}>
        {clockTime(message.createdAt)}
      </time>
      {isMine && !message.deletedAt && <Mark state={message.state} isRead={isRead} />}
    </span>
  )
}

function Mark({ state, isRead }: { state: ShownMessage['state']; isRead: boolean }) {
  const [icon, label] =
    state === 'sending'
      ? (['clock', 'Sending'] as const)
      : state === 'failed'
        ? (['alert', 'Not sent'] as const)
        : isRead
          ? (['check-double', 'Read'] as const)
          : (['check', 'Sent'] as const)
  return (
    <span className={`mark ${isRead ? 'read' : ''}`} title={label}>
      <Icon name={icon} small />
      <span className="for-screen-readers">{label}</span>
    </span>
  )
}

function Tools({ message }: { message: ShownMessage }) {
  const { canReply, reply, openMenu, openPicker } = useConversation()
  return (
    <div className="tools" role="toolbar" aria-label="Actions">
      <IconButton icon="smile" label="React" small onClick={(event) => openPicker(message, event.currentTarget)} />
      {canReply && <IconButton icon="reply" label="Reply" small onClick={() => reply(message)} />}
      <IconButton
        icon="more"
        label="More"
        small
        aria-haspopup="menu"
        onClick={(event) => openMenu(message, event.currentTarget)}
      />
    </div>
  )
}

function Failure({ message }: { message: ShownMessage }) {
  const { retry, discard } = useConversation()
  return (
    <p className="failure" role="alert">
      <span>Not sent: {message.error ? explain(message.error) : 'it was refused'}</span>
      <button type="button" className="link-button" onClick={() => retry(message)}>
        Try again
      </button>
      <button type="button" className="link-button" onClick={() => discard(message)}>
        Discard
      </button>
    </p>
  )
}

function SystemMessage({ message, isCurrent }: { message: ShownMessage; isCurrent: boolean }) {
  return (
    <article className="message system" data-seq={message.seq || undefined} tabIndex={isCurrent ? 0 : -1}>
      <span className="message-text" dir="auto">
        {message.text}
      </span>
      <time dateTime={message.createdAt} title={fullTime(message.createdAt)}>
        {clockTime(message.createdAt)}
      </time>
    </article>
  )
}
